package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Evaluated;
import io.github.palimpsest.api.GradientOracle;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.OptimizerProvider;
import io.github.palimpsest.api.Schedule;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.optimizers.technique.Technique;
import io.github.palimpsest.optimizers.technique.Wrapper;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Surrogate gap minimization over any base optimizer:
 *
 * <pre>
 *   g = grad(w),   p = grad(w + rho g / |g|)
 *   v = g - (&lt;g, p&gt; / |p|^2) p      what of g is orthogonal to p
 *   the base is given p - alpha v
 * </pre>
 *
 * <p>Zhuang et al. 2022, arXiv:2203.08065. The paper ties rho linearly to the learning rate: give
 * rho the same schedule. Rules OPT-05 and OPT-06.
 */
record Gsam(Optimizer base, Schedule rho, double alpha, Ascent ascent) implements Wrapper {
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.4, 0, Double.MAX_VALUE, "how much of the surrogate gap is descended");

  static final OptimizerProvider PROVIDER =
      new Technique(
          new ComponentId("gsam"),
          "Surrogate gap guided SAM: also descends the gap between top and bottom of the ascent",
          "g = grad(w); p = grad(w + rho g / |g|); v = g - (<g, p> / |p|^2) p; base step with p -"
              + " alpha v",
          List.of(Sam.RHO, ALPHA, Ascent.ASCENT, Ascent.PERTURB, BASE),
          s ->
              Wrapper.traits(
                  s,
                  2,
                  0,
                  "Zhuang et al. 2022, Surrogate gap minimization improves sharpness-aware training"
                      + " (arXiv:2203.08065)"),
          s -> new Gsam(s.get(BASE), s.get(Sam.RHO), s.get(ALPHA), Ascent.of(s)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    Operand<TFloat32> share = tf.constant((float) alpha);
    GradientOracle guided =
        (w, terms, of) -> {
          Evaluated foot = ascent.foot(c, w, terms, of);
          Tensors g = foot.gradients().tensors();
          Tensors e = Ascent.toRadius(tf, ascent.space(c).gradient(foot).tensors(), radius);
          Evaluated top = ascent.top(c, w, e, terms, of);
          Tensors p = top.gradients().tensors();
          Tensors v = g.minus(tf, p.scale(tf, tf.math.divNoNan(g.dot(tf, p), p.dot(tf, p))));
          return top.with(p.minus(tf, v.scale(tf, share)));
        };
    return base.updates(Wrapper.inner(c).withOracle(guided));
  }
}
