package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.parameter.Tensors;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Penalties at one point.
 *
 * @param differentiated the sum of those that must be differentiated
 * @param closed the sum of the others
 */
public record Penalty(Optional<Operand<TFloat32>> differentiated, Optional<Closed> closed) {
  /** These and one more, with its gradient if it is known. */
  public Penalty plus(Ops tf, Operand<TFloat32> value, Optional<Tensors> gradient) {
    if (gradient.isEmpty()) {
      return new Penalty(
          Optional.of(
              differentiated.<Operand<TFloat32>>map(x -> tf.math.add(x, value)).orElse(value)),
          closed);
    }
    Closed one = new Closed(value, gradient.get());
    return new Penalty(differentiated, Optional.of(closed.map(x -> x.plus(tf, one)).orElse(one)));
  }

  /**
   * A penalty of the trainable tensors whose gradient is known in closed form.
   *
   * @param value the penalty
   * @param gradient one tensor for each of them
   */
  public record Closed(Operand<TFloat32> value, Tensors gradient) {
    private Closed plus(Ops tf, Closed other) {
      return new Closed(tf.math.add(value, other.value), gradient.plus(tf, other.gradient));
    }
  }
}
