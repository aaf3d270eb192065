package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.NthElement;
import org.tensorflow.types.TFloat32;

/**
 * ZSharp over any base optimizer: the ascent keeps the elements of the gradient that are farthest
 * from the mean of their tensor:
 *
 * <pre>
 *   z = (g - mean(g)) / std(g)            in each tensor
 *   f = g where |z| is at least the quantile q of the |z| of its tensor, else 0
 *   the base is given grad(w + rho f / |f|)
 * </pre>
 *
 * <p>Yun 2025, arXiv:2505.02369. The division by the standard deviation does not change which
 * elements are kept, so it is left out. The quantile lies between two elements where q (n - 1) is
 * no whole number, as in NumPy. With {@code norm=global}, the default, |f| is over all tensors
 * together, as in the paper, so that rho means the same as in sam. With {@code norm=tensor}, each
 * tensor is moved by rho, as in the authors' code. Rules OPT-05 and OPT-06.
 */
record ZSharp(Optimizer base, Schedule rho, double quantile, Norm norm, Ascent ascent)
    implements Wrapper {
  /** What has the length rho. */
  enum Norm {
    /** All tensors together. */
    GLOBAL,
    /** Each tensor by itself. */
    TENSOR
  }

  static final Setting<Double> QUANTILE =
      Setting.real(
          "quantile", 0.95, 0, 1, "share of the elements of each tensor that are not climbed");
  static final Setting<Norm> NORM =
      Setting.choice(
          "norm",
          Norm.class,
          Norm.GLOBAL,
          "what is as long as rho: the whole ascent, or the ascent of each tensor");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "zsharp",
              "ZSharp: climbs only the elements of the gradient with the largest z-scores",
              "z = (g - mean(g)) / std(g) in each tensor; f = g where |z| >= its quantile q, else 0;"
                  + " base step with the gradient at w + rho f / |f|")
          .settings(Sam.RHO, QUANTILE, NORM, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      2,
                      0,
                      "Yun 2025, Sharpness-aware minimization with z-score gradient filtering"
                          + " (arXiv:2505.02369)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s,
                      new ZSharp(
                          s.get(BASE),
                          s.get(Sam.RHO),
                          s.get(QUANTILE),
                          s.get(NORM),
                          Ascent.of(s))));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    Map<String, Long> sizes =
        ascent.space(c).specs().stream()
            .collect(Collectors.toMap(ParameterSpec::name, p -> p.shape().size()));
    GradientOracle perturbed =
        (w, terms, of) -> {
          Tensors g = ascent.gradient(c, w, terms, of);
          Tensors f = g.mapNamed((name, x) -> filtered(tf, x, sizes.get(name)));
          Tensors e =
              norm == Norm.GLOBAL
                  ? Ascent.toRadius(tf, f, radius)
                  : f.mapNamed(
                      (name, x) ->
                          Ascent.toRadius(tf, Tensors.of(Map.of(name, x)), radius).get(name));
          return ascent.top(c, w, e, terms, of);
        };
    return base.updates(Wrapper.inner(c).withOracle(perturbed));
  }

  /** The elements of one of n sizes that are kept; elements that tie with the last one are too. */
  private Operand<TFloat32> filtered(Ops tf, Operand<TFloat32> g, long n) {
    int kept = (int) (n - (long) Math.ceil(quantile * (n - 1)));
    Operand<TFloat32> flat = tf.reshape(g, tf.constant(new int[] {-1}));
    Operand<TFloat32> mean = tf.math.mean(flat, tf.constant(0));
    Operand<TFloat32> away = tf.math.abs(tf.math.sub(flat, mean));
    Operand<TFloat32> least =
        tf.nn.nthElement(away, tf.constant(kept - 1), NthElement.reverse(true));
    Operand<TFloat32> far =
        tf.dtypes.cast(
            tf.math.greaterEqual(tf.math.abs(tf.math.sub(g, mean)), least), TFloat32.class);
    return tf.math.mul(g, far);
  }
}
