package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Momentum-SAM over any base optimizer: the perturbation comes from past gradients, so a step makes
 * one pass:
 *
 * <pre>
 *   p = grad(w - rho v / |v|),   then v = momentum v + p   (v = 0 and no perturbation at first)
 *   the base is given p
 * </pre>
 *
 * <p>Becker, Altrock and Risse 2024, arXiv:2401.12033, algorithm 1, whose sign is this one: v sums
 * gradients, so the perturbation goes the way that descent with momentum has just gone, and the
 * authors' code takes it back by adding {@code rho v / |v|}. Their radius is 0.3 by default for sgd
 * and up to 3 for AdamW. v is kept here, since a base need not have a momentum; the weights
 * themselves are never perturbed, so nothing has to be moved back before an evaluation. Rules
 * OPT-04 and OPT-06.
 */
record MomentumSam(Optimizer base, Schedule rho, double momentum, Ascent ascent)
    implements Wrapper {
  static final Setting<Schedule> RHO =
      Setting.schedule(
          "rho", 3, 0, Double.MAX_VALUE, "length of the perturbation; larger than that of sam");
  static final Setting<Double> MOMENTUM =
      Setting.real("momentum", 0.9, 0, 1, "share of the last direction that is kept");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "momentum-sam",
              "Momentum-SAM: perturbs along past gradients, at the cost of one pass",
              "p = grad(w - rho v / |v|); v = momentum v + p; base step with p")
          .settings(RHO, MOMENTUM, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      1,
                      "Becker, Altrock and Risse 2024, Momentum-SAM: sharpness aware minimization"
                          + " without computational overhead (arXiv:2401.12033)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(s -> ActingTasks.only(s, create(s)));

  private static MomentumSam create(Settings s) {
    Wrapper.requireOneGradient("momentum-sam", s);
    return new MomentumSam(
        s.get(BASE),
        s.get(RHO),
        s.get(MOMENTUM),
        Ascent.of(Ascent.Climbs.FULL, s.get(Ascent.SPACE)));
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    WeightSpace space = ascent.space(c);
    Tensors v = c.slots().old("momentum", space.weights(c.params()), 0);
    Operand<TFloat32> back = tf.math.neg(c.scheduled(rho));
    Operand<TFloat32> mu = tf.constant((float) momentum);
    return base.updates(
        Wrapper.inner(c)
            .withOracle(
                Wrapper.once(
                    "momentum-sam",
                    (w, terms, of) -> {
                      Evaluated there = ascent.top(c, w, Ascent.toRadius(tf, v, back), terms, of);
                      Tensors p = space.gradient(there).tensors();
                      c.slots().next("momentum", v.scale(tf, mu).plus(tf, p));
                      return there;
                    })));
  }
}
