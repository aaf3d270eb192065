package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.recipe.Schedules;
import java.util.Optional;
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
 * <p>Zhuang et al. 2022, arXiv:2203.08065. Rho follows the learning rate lr of the base: {@code
 * rho_t = rho-min + (rho - rho-min) (lr_t / lr_peak - m) / (1 - m)}, which is rho while lr is
 * constant. {@code m = lr-min} is the share of the peak at which rho is rho-min. In the paper it is
 * that of the end of the schedule; here it is 0 by default, so set it for a schedule that ends
 * above 0. Rho does not follow if it is a schedule itself, with {@code follow-lr=false}, or if no
 * base has a learning rate. Rules OPT-05 and OPT-06.
 */
record Gsam(Optimizer base, Schedule rho, double alpha, Ascent ascent) implements Wrapper {
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.4, 0, Double.MAX_VALUE, "how much of the surrogate gap is descended");

  static final Setting<Boolean> FOLLOW_LR =
      Setting.flag("follow-lr", true, "scale a constant rho with the base's learning rate");
  static final Setting<Double> RHO_MIN =
      Setting.real("rho-min", 0, 0, Double.MAX_VALUE, "rho at the learning rate lr-min and below");

  static final Setting<Double> LR_MIN =
      Setting.real(
          "lr-min",
          0,
          0,
          Math.nextDown(1.0),
          "share of the peak learning rate at which rho is rho-min; in the paper that of the"
              + " schedule's end");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "gsam",
              "Surrogate gap guided SAM: also descends the gap between top and bottom of the"
                  + " ascent",
              "rho_t = rho-min + (rho - rho-min) (lr_t / lr_peak - lr-min) / (1 - lr-min); g = grad(w);"
                  + " p = grad(w + rho_t g / |g|); v = g - (<g, p> / |p|^2) p; base step with p - alpha v")
          .settings(
              Sam.RHO,
              ALPHA,
              FOLLOW_LR,
              RHO_MIN,
              LR_MIN,
              Ascent.ASCENT,
              Ascent.SPACE,
              ActingTasks.TASKS,
              BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      2,
                      0,
                      "Zhuang et al. 2022, Surrogate gap minimization improves sharpness-aware"
                          + " training (arXiv:2203.08065)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s, new Gsam(s.get(BASE), radius(s), s.get(ALPHA), Ascent.of(s))));

  private static Schedule radius(Settings s) {
    Schedule rho = s.get(Sam.RHO);
    boolean constant = rho instanceof Schedules.Constant c && c.warmup() == 0;
    Optional<Schedules.Named> lr = Wrapper.rate(s.nested(BASE).orElseThrow());
    if (!s.get(FOLLOW_LR) || !constant || lr.isEmpty() || lr.get().peak() == 0) {
      return rho;
    }
    Schedules.Named rate = lr.get();
    double least = s.get(RHO_MIN);
    double floor = s.get(LR_MIN);
    return (t, total) ->
        least
            + (rho.at(t, total) - least)
                * (Math.max(0, rate.at(t, total) / rate.peak() - floor) / (1 - floor));
  }

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
