package io.github.palimpsest.api;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The state of an optimizer: named tensors that live from step to step, are zero or another
 * constant before the first step of a task, and are part of every checkpoint. Two optimizers in one
 * graph never share a slot (rule OPT-09).
 */
public interface Slots {
  /**
   * The value after the previous step.
   *
   * @param slot the slot's name, unique within the optimizer
   * @param like gives names and shapes; need not be the parameters themselves
   * @param fill every element before the first step
   */
  Tensors old(String slot, Tensors like, float fill);

  /**
   * Sets the value that the next step will see. Call it exactly once for each slot that {@link
   * #old} has read, with the same names and shapes; a slot that is not set keeps its value.
   */
  void next(String slot, Tensors value);

  /**
   * Sets the value that the next step will see to {@code old + by}. A runner may add in place, so
   * that the sum takes no memory of its own.
   *
   * @param tf where to build
   * @param slot the slot's name
   * @param old what {@link #old} has read
   * @param by what is added, with the same names and shapes
   * @return the sum
   */
  default Tensors add(Ops tf, String slot, Tensors old, Tensors by) {
    Tensors sum = old.plus(tf, by);
    next(slot, sum);
    return sum;
  }

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
   * Sets both slots of Adam's to what the next step will see. A runner may compute both and the
   * move at once, and in place.
   *
   * @param tf where to build
   * @param adam how to move
   * @param from what the move is added to, with the names and shapes of g
   * @param g the gradient
   * @return {@code from + move}
   */
  default Tensors moved(Ops tf, Adam adam, Tensors from, Tensors g) {
    Operand<TFloat32> shareOfM = tf.constant(1 - adam.beta1());
    Operand<TFloat32> shareOfV = tf.constant(1 - adam.beta2());
    Tensors oldM = old(adam.m(), g, 0);
    Tensors oldV = old(adam.v(), g, 0);
    Tensors m = add(tf, adam.m(), oldM, g.minus(tf, oldM).scale(tf, shareOfM));
    Tensors squares = g.map(x -> tf.math.square(x));
    Tensors v = add(tf, adam.v(), oldV, squares.minus(tf, oldV).scale(tf, shareOfV));
    Tensors root = v.map(x -> tf.math.add(tf.math.sqrt(x), adam.eps()));
    return from.minus(tf, m.scale(tf, adam.rate()).zip(root, (a, b) -> tf.math.div(a, b)));
  }
}
