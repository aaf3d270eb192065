package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
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
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Weighted SAM over any base optimizer, with a = gamma / (1 - gamma):
 *
 * <pre>
 *   g = grad(w),   p = grad(w + rho g / |g|)
 *   decoupled: the base is given g, and then w = w - lr a (p - g)
 *   coupled:   the base is given a p + (1 - a) g
 * </pre>
 *
 * <p>Yue et al. 2023, arXiv:2305.15817. lr is the base's own. Rules OPT-05 and OPT-06.
 */
record Wsam(
    Optimizer base, Schedule rho, double gamma, boolean decouple, Schedule lr, Ascent ascent)
    implements Wrapper {
  static final Setting<Double> GAMMA =
      Setting.real("gamma", 0.9, 0, Math.nextDown(1.0), "weight of the sharpness; 0.5 is sam");
  static final Setting<Boolean> DECOUPLE =
      Setting.flag("decouple", true, "keep the sharpness out of the base's state");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "wsam",
              "Weighted SAM: sharpness as a regularizer with its own weight",
              "g = grad(w); p = grad(w + rho g / |g|); a = gamma / (1 - gamma); base step with g,"
                  + " then w -= lr a (p - g); coupled: base step with a p + (1 - a) g")
          .settings(Sam.RHO, GAMMA, DECOUPLE, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      // an ascent along another gradient than that of the descent takes another
                      // pass
                      s.get(Ascent.ASCENT) == Ascent.Climbs.DATA ? 3 : 2,
                      0,
                      "Yue et al. 2023, Sharpness-aware minimization revisited: weighted sharpness"
                          + " as a regularization term (arXiv:2305.15817)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(s -> ActingTasks.only(s, create(s)));

  private static Wsam create(Settings s) {
    boolean decoupled = s.get(DECOUPLE);
    Schedule rate = Schedule.constant(0);
    if (decoupled) {
      Wrapper.requireOneGradient("wsam", s);
      Component<?> base = s.nested(BASE).orElseThrow();
      rate =
          Wrapper.rate(base)
              .orElseThrow(
                  () ->
                      new PalimpsestException(
                          "setting 'base' of 'wsam': '"
                              + base.id()
                              + "' has no setting 'lr', which decouple=true needs"));
    }
    return new Wsam(s.get(BASE), s.get(Sam.RHO), s.get(GAMMA), decoupled, rate, Ascent.of(s));
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    float a = (float) (gamma / (1 - gamma));
    Operand<TFloat32> radius = c.scheduled(rho);
    Operand<TFloat32> weight = tf.constant(a);
    Operand<TFloat32> rest = tf.constant(1 - a);
    List<Tensors> gaps = new ArrayList<>();
    GradientOracle weighted =
        (w, terms, of) -> {
          Evaluated bottom = c.oracle().at(w, terms, of);
          Tensors g = bottom.gradients().tensors();
          Evaluated foot =
              ascent.terms(terms).equals(terms) ? bottom : ascent.foot(c, w, terms, of);
          Tensors e = Ascent.toRadius(tf, ascent.space(c).gradient(foot).tensors(), radius);
          Tensors p = ascent.top(c, w, e, terms, of).gradients().tensors();
          if (decouple) {
            gaps.add(p.minus(tf, g));
            return bottom;
          }
          Tensors mixed = p.scale(tf, weight).plus(tf, g.scale(tf, rest));
          return bottom.with(mixed);
        };
    Tensors update = base.updates(Wrapper.inner(c).withOracle(weighted)).tensors();
    if (decouple) {
      Operand<TFloat32> rate = tf.math.neg(c.scheduled((t, total) -> lr.at(t, total) * a));
      update = update.plus(tf, Wrapper.only(gaps, "wsam").scale(tf, rate));
    }
    return new Updates(update);
  }
}
