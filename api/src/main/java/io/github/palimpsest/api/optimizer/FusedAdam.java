package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.Tensors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A capability of {@link Slots}: Adam's means and its move at once, and in place. An optimizer asks
 * {@link #of}, which computes the same from plain slots where a runner has no better way.
 */
@Experimental(since = "0.1")
@FunctionalInterface
public interface FusedAdam {
  /**
   * How Adam moves (Kingma and Ba 2015, arXiv:1412.6980), in slots that are 0 before the first
   * step:
   *
   * <pre>
   *   m = m + (1 - beta1) (g - m),   v = v + (1 - beta2) (g^2 - v)
   *   move = -rate m / (sqrt(v) + eps)
   * </pre>
   *
   * @param m names the slot of the running mean of the gradient
   * @param v names the slot of the running mean of its square
   * @param beta1 as single precision has it: so must a correction of the mean's bias
   * @param beta2 likewise
   * @param rate a scalar, with any correction of the bias
   * @param eps a scalar
   */
  record Adam(
      String m,
      String v,
      float beta1,
      float beta2,
      Operand<TFloat32> rate,
      Operand<TFloat32> eps) {}

  /**
   * Sets both slots of Adam's to what the next step will see.
   *
   * @param tf where to build
   * @param adam how to move
   * @param from what the move is added to, with the names and shapes of g
   * @param g the gradient
   * @return {@code from + move}
   */
  Tensors moved(Ops tf, Adam adam, Tensors from, Tensors g);

  /** What these slots can do themselves, or else the same made of {@link Slots#add}. */
  static FusedAdam of(Slots slots) {
    return slots
        .capability(FusedAdam.class)
        .orElse((tf, adam, from, g) -> plain(slots, tf, adam, from, g));
  }

  private static Tensors plain(Slots slots, Ops tf, Adam adam, Tensors from, Tensors g) {
    Operand<TFloat32> shareOfM = tf.constant(1 - adam.beta1());
    Operand<TFloat32> shareOfV = tf.constant(1 - adam.beta2());
    Tensors oldM = slots.old(adam.m(), g, 0);
    Tensors oldV = slots.old(adam.v(), g, 0);
    Tensors m = slots.add(tf, adam.m(), oldM, g.minus(tf, oldM).scale(tf, shareOfM));
    Tensors squares = g.map(x -> tf.math.square(x));
    Tensors v = slots.add(tf, adam.v(), oldV, squares.minus(tf, oldV).scale(tf, shareOfV));
    Tensors root = v.map(x -> tf.math.add(tf.math.sqrt(x), adam.eps()));
    return from.minus(tf, m.scale(tf, adam.rate()).zip(root, (a, b) -> tf.math.div(a, b)));
  }
}
