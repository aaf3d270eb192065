package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Weights;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A {@link LossPoint} as a value. */
record Point(
    Params at,
    Weights effective,
    Forward forward,
    Function<Params, Weights> weightsAt,
    Function<Weights, Forward> forwardAt,
    Optional<Operand<TFloat32>> rehearsed,
    UnaryOperator<Operand<TFloat32>> wholeStep)
    implements LossPoint {
  @Override
  public LossPoint rehearsing(Operand<TFloat32> examples) {
    return new Point(
        at, effective, forward, weightsAt, forwardAt, Optional.of(examples), wholeStep);
  }

  @Override
  public Operand<TFloat32> ofWholeStep(Operand<TFloat32> perExample) {
    return wholeStep.apply(perExample);
  }

  @Override
  public LossPoint inStep(UnaryOperator<Operand<TFloat32>> values) {
    return new Point(at, effective, forward, weightsAt, forwardAt, rehearsed, values);
  }
}
