package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Weights;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A {@link LossPoint} as a value. */
record Point(
    Params at,
    Weights effective,
    Forward forward,
    Function<Params, Weights> weightsAt,
    Function<Weights, Forward> forwardAt,
    Optional<Operand<TFloat32>> rehearsed)
    implements LossPoint {
  @Override
  public LossPoint rehearsing(Operand<TFloat32> examples) {
    return new Point(at, effective, forward, weightsAt, forwardAt, Optional.of(examples));
  }
}
