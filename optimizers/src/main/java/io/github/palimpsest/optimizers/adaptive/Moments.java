package io.github.palimpsest.optimizers.adaptive;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.FusedAdam;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The direction of Adam (Kingma and Ba 2015, arXiv:1412.6980) at the step t counted from 1:
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g,   v = beta2 v + (1 - beta2) g^2
 *   d = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
 * </pre>
 *
 * <p>With amsgrad (Reddi et al. 2018, arXiv:1904.09237) v in the last line is its largest value so
 * far. Both corrections are computed on the host in double precision.
 */
record Moments(double beta1, double beta2, double eps, boolean amsgrad) {
  /** With 1 itself the mean would never move. */
  static final double BELOW_ONE = Math.nextDown(1.0);

  static final Setting<Double> BETA1 =
      Setting.real("beta1", 0.9, 0, BELOW_ONE, "decay of the running mean of the gradient");
  static final Setting<Double> BETA2 =
      Setting.real("beta2", 0.999, 0, BELOW_ONE, "decay of the running mean of its square");
  static final Setting<Double> EPS =
      Setting.real("eps", 1e-8, 1e-30, 1, "added to the root, outside of it");
  static final Setting<Boolean> AMSGRAD =
      Setting.flag("amsgrad", false, "divide by the largest mean square so far");

  static Moments of(Settings s) {
    return new Moments(s.get(BETA1), s.get(BETA2), s.get(EPS), s.get(AMSGRAD));
  }

  /** Floats kept for each parameter. */
  int slots() {
    return amsgrad ? 3 : 2;
  }

  /** {@code from - lr d}. */
  Tensors moved(StepContext c, Schedule lr, Tensors from, Tensors g) {
    Ops tf = c.tf();
    if (amsgrad || beta1 == 0 || beta2 == 0) {
      return from.minus(tf, direction(c, g).scale(tf, c.scheduled(lr)));
    }
    // the means are kept in single precision, and so are the betas that correct them
    Moments kept = new Moments((float) beta1, (float) beta2, eps, false);
    FusedAdam.Adam adam =
        FusedAdam.Adam.moving(
                c.scheduled((step, total) -> lr.at(step, total) * kept.factor(step)),
                c.scheduled((step, total) -> eps * kept.root(step)))
            .decays((float) beta1, (float) beta2);
    return FusedAdam.of(c.slots()).moved(tf, adam, from, g);
  }

  private Tensors direction(StepContext c, Tensors g) {
    Ops tf = c.tf();
    Tensors m = mean(c, "m", g, beta1);
    Tensors v = mean(c, "v", g.map(x -> tf.math.square(x)), beta2);
    Tensors size = amsgrad ? largest(c, v) : v;
    // d = m sqrt(b2) / b1 / (sqrt(v) + eps sqrt(b2)), b = 1 - beta^t: two passes over v less
    Operand<TFloat32> factor = c.scheduled((step, total) -> factor(step));
    Operand<TFloat32> epsilon = c.scheduled((step, total) -> eps * root(step));
    return m.zip(
        size, (a, b) -> tf.math.div(tf.math.mul(a, factor), tf.math.add(tf.math.sqrt(b), epsilon)));
  }

  private double factor(long step) {
    return root(step) / (1 - Math.pow(beta1, step + 1));
  }

  private double root(long step) {
    return Math.sqrt(1 - Math.pow(beta2, step + 1));
  }

  /** The running mean {@code s = beta s + (1 - beta) x}, kept in a slot from 0 on. */
  static Tensors mean(StepContext c, String slot, Tensors x, double beta) {
    Ops tf = c.tf();
    Tensors old = c.slots().old(slot, x, 0);
    if (beta == 0) { // which old + (x - old) is not quite
      c.slots().next(slot, x);
      return x;
    }
    Operand<TFloat32> share = tf.constant((float) (1 - beta));
    return c.slots().add(tf, slot, old, x.minus(tf, old).scale(tf, share));
  }

  private static Tensors largest(StepContext c, Tensors v) {
    Tensors top =
        c.slots().old("v-max", c.params().tensors(), 0).zip(v, (a, b) -> c.tf().math.maximum(a, b));
    c.slots().next("v-max", top);
    return top;
  }

  /** The direction of one parameter on the host, as the equations above are written. */
  static final class Closed {
    private final Moments of;
    private final double[] m;
    private final double[] v;
    private final double[] largest;
    private int t;

    Closed(Moments of, int size) {
      this.of = of;
      m = new double[size];
      v = new double[size];
      largest = new double[size];
    }

    double[] direction(double[] g) {
      t++;
      double[] d = new double[g.length];
      for (int i = 0; i < g.length; i++) {
        m[i] = of.beta1 * m[i] + (1 - of.beta1) * g[i];
        v[i] = of.beta2 * v[i] + (1 - of.beta2) * g[i] * g[i];
        largest[i] = Math.max(largest[i], v[i]);
        double square = of.amsgrad ? largest[i] : v[i];
        double root = Math.sqrt(square / (1 - Math.pow(of.beta2, t)));
        d[i] = m[i] / (1 - Math.pow(of.beta1, t)) / (root + of.eps);
      }
      return d;
    }
  }
}
