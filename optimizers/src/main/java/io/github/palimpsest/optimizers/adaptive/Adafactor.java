package io.github.palimpsest.optimizers.adaptive;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adafactor without momentum at the step t counted from 1, b = 1 - t^-decay:
 *
 * <pre>
 *   R = b R + (1 - b) rowmeans(g^2 + eps1),   C = b C + (1 - b) columnmeans(g^2 + eps1)
 *   V = R C / mean(R) for a matrix; a vector keeps its own V
 *   u = g / sqrt(V),   u = u / max(1, rms(u) / clip)
 *   w = w - lr max(eps2, rms(w)) u   (relative; otherwise w - lr u)
 * </pre>
 *
 * <p>Shazeer and Stern 2018, arXiv:1804.04235; their step size min(0.01, 1 / sqrt(t)) is the
 * setting lr here. Rules OPT-01 to OPT-11.
 */
record Adafactor(Schedule lr, boolean relative, double decay, double clip, double eps1, double eps2)
    implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule(
          "lr", 0.01, 0, Double.MAX_VALUE, "step, relative to the size of a tensor's weights");
  static final Setting<Boolean> RELATIVE =
      Setting.flag("relative", true, "multiply lr by the root mean square of the tensor");
  static final Setting<Double> DECAY =
      Setting.real("decay", 0.8, 0, 1, "exponent of the decay of the mean squares");
  static final Setting<Double> CLIP =
      Setting.real("clip", 1, 1e-6, Double.MAX_VALUE, "largest root mean square of an update");
  static final Setting<Double> EPS1 =
      Setting.real("eps1", 1e-30, 1e-37, 1, "added to the squared gradient");
  static final Setting<Double> EPS2 =
      Setting.real("eps2", 1e-3, 0, 1, "smallest size of a tensor where lr is relative");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "adafactor",
              "Adafactor: mean squares kept by row and column alone",
              "V = R C / mean(R) of g^2 + eps1; u = g / sqrt(V); u /= max(1, rms(u) / clip); w -= lr"
                  + " max(eps2, rms(w)) u")
          .settings(LR, RELATIVE, DECAY, CLIP, EPS1, EPS2)
          .traits(Adafactor::traits)
          .creates(
              s ->
                  new Adafactor(
                      s.get(LR),
                      s.get(RELATIVE),
                      s.get(DECAY),
                      s.get(CLIP),
                      s.get(EPS1),
                      s.get(EPS2)));

  private static Traits traits(Settings s) {
    // at most one float for each parameter, of a vector; a matrix keeps rows + columns
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.passes(1).slots(1),
        "Shazeer and Stern 2018, Adafactor: adaptive learning rates with sublinear memory cost"
            + " (arXiv:1804.04235)");
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors w = c.params().tensors();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Operand<TFloat32> tiny = tf.constant((float) eps1);
    Tensors square = g.map(x -> tf.math.add(tf.math.square(x), tiny));
    Operand<TFloat32> b = c.scheduled((step, total) -> 1 - Math.pow(step + 1, -decay));
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> rest = tf.math.sub(one, b);
    Tensors v = secondMoment(c, w, square, b, rest);
    Operand<TFloat32> most = tf.constant((float) clip);
    Tensors u =
        g.zip(v, (x, y) -> tf.math.mul(x, tf.math.rsqrt(y)))
            .map(x -> tf.math.div(x, tf.math.maximum(one, tf.math.div(rms(tf, x), most))));
    Operand<TFloat32> rate = tf.math.neg(c.scheduled(lr));
    Operand<TFloat32> least = tf.constant((float) eps2);
    return new Updates(
        u.mapNamed(
            (name, x) ->
                tf.math.mul(
                    x,
                    relative
                        ? tf.math.mul(rate, tf.math.maximum(least, rms(tf, w.get(name))))
                        : rate)));
  }

  private static Tensors secondMoment(
      StepContext c, Tensors w, Tensors square, Operand<TFloat32> b, Operand<TFloat32> rest) {
    Ops tf = c.tf();
    Map<String, Operand<TFloat32>> means = new LinkedHashMap<>();
    Map<String, Operand<TFloat32>> shapes = new LinkedHashMap<>();
    square
        .byName()
        .forEach(
            (name, x) -> {
              if (w.get(name).shape().numDimensions() == 2) {
                means.put(name + "/rows", mean(tf, x, 1));
                shapes.put(name + "/rows", mean(tf, w.get(name), 1));
                means.put(name + "/columns", mean(tf, x, 0));
                shapes.put(name + "/columns", mean(tf, w.get(name), 0));
              } else {
                means.put(name, x);
                shapes.put(name, w.get(name));
              }
            });
    Tensors kept =
        c.slots()
            .old("mean-square", Tensors.of(shapes), 0)
            .scale(tf, b)
            .plus(tf, Tensors.of(means).scale(tf, rest));
    c.slots().next("mean-square", kept);
    return w.mapNamed(
        (name, x) -> {
          if (x.shape().numDimensions() != 2) {
            return kept.get(name);
          }
          Operand<TFloat32> rows = kept.get(name + "/rows");
          Operand<TFloat32> share = tf.math.div(rows, mean(tf, rows, 0));
          return tf.math.mul(
              tf.expandDims(share, tf.constant(1)),
              tf.expandDims(kept.get(name + "/columns"), tf.constant(0)));
        });
  }

  /** The mean over one axis, of fully known shape. */
  private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> x, int axis) {
    return tf.math.mean(x, tf.constant(axis));
  }

  private static Operand<TFloat32> rms(Ops tf, Operand<TFloat32> x) {
    return tf.math.sqrt(
        tf.math.mean(tf.reshape(tf.math.square(x), tf.constant(new int[] {-1})), tf.constant(0)));
  }
}
