package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.Tensors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A capability of {@link Slots}: updates Adam's means and computes its move together and in place.
 * An optimizer calls {@link #of}, which computes the same from plain slots if a runner lacks the
 * capability.
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
   * <p>For example {@code Adam.moving(rate, eps).decays(0.9f, 0.95f)}.
   */
  final class Adam {
    private final String m;
    private final String v;
    private final float beta1;
    private final float beta2;
    private final Operand<TFloat32> rate;
    private final Operand<TFloat32> eps;

    private Adam(
        String m,
        String v,
        float beta1,
        float beta2,
        Operand<TFloat32> rate,
        Operand<TFloat32> eps) {
      this.m = m;
      this.v = v;
      this.beta1 = beta1;
      this.beta2 = beta2;
      this.rate = rate;
      this.eps = eps;
    }

    /**
     * With slots {@code m} and {@code v}, beta1 0.9 and beta2 0.999.
     *
     * @param rate a scalar, with any correction of the bias
     * @param eps a scalar
     */
    public static Adam moving(Operand<TFloat32> rate, Operand<TFloat32> eps) {
      return new Adam("m", "v", 0.9f, 0.999f, rate, eps);
    }

    /**
     * A copy with other decays of the running means.
     *
     * @param mean beta1 in single precision; a bias correction of the mean must use this value
     * @param square beta2 likewise
     */
    public Adam decays(float mean, float square) {
      return new Adam(m, v, mean, square, rate, eps);
    }

    /**
     * A copy that keeps its means in other slots.
     *
     * @param mean names the slot of the running mean of the gradient
     * @param square names the slot of the running mean of its square
     */
    public Adam slots(String mean, String square) {
      return new Adam(mean, square, beta1, beta2, rate, eps);
    }

    /** The slot of the running mean of the gradient. */
    public String m() {
      return m;
    }

    /** The slot of the running mean of the gradient's square. */
    public String v() {
      return v;
    }

    /** The decay of the mean. */
    public float beta1() {
      return beta1;
    }

    /** The decay of the mean square. */
    public float beta2() {
      return beta2;
    }

    /** A scalar: the factor of {@code m / (sqrt(v) + eps)}. */
    public Operand<TFloat32> rate() {
      return rate;
    }

    /** A scalar: the term that is added to the root. */
    public Operand<TFloat32> eps() {
      return eps;
    }
  }

  /**
   * Sets both of Adam's slots to their values for the next step.
   *
   * @param tf where to build
   * @param adam how to move
   * @param from the tensors that the move is added to, with the names and shapes of g
   * @param g the gradient
   * @return {@code from + move}
   */
  Tensors moved(Ops tf, Adam adam, Tensors from, Tensors g);

  /** The capability of these slots, or else the same computation with {@link Slots#add}. */
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
