package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.recipe.Value;
import java.util.OptionalDouble;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Functional SAM over any base optimizer: the ascent changes the function of the model, and not the
 * derivative of the loss with respect to its logits z:
 *
 * <pre>
 *   g = grad(w),   e = rho g / |g|   (0 where |g| is 0)
 *   c = dL/dz at z(w), as a constant
 *   the base is given the gradient of &lt;z(w + e), c&gt; with respect to w
 * </pre>
 *
 * <p>Singh et al. 2025, arXiv:2502.02407, who find that sam mostly flattens the logits of a
 * language model. With {@code precondition=true}, {@code e = rho M^-1 g / |M^-1 g|}, where {@code M
 * = sqrt(v) + eps} is that of the base, which must be adam or adamw; v is as before the step and
 * without the correction of its bias. Penalties are descended at w + e, as in sam. All logits of a
 * micro-batch exist at once, at both points. With several micro-batches, c takes a further forward
 * pass for each. Rules OPT-05 and OPT-06.
 */
record FunctionalSam(Optimizer base, Schedule rho, OptionalDouble eps, Ascent ascent)
    implements Wrapper {
  private static final String ID = "functional-sam";

  static final Setting<Boolean> PRECONDITION =
      Setting.flag(
          "precondition", false, "divide the ascent by sqrt(v) + eps of the base, adam or adamw");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              ID,
              "Functional SAM: climbs with the model's function alone, not with the derivative of the"
                  + " loss by its logits",
              "e = rho g / |g|; c = dL/dz at z(w); base step with the gradient of <z(w + e), c>")
          .settings(Sam.RHO, PRECONDITION, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      2,
                      0,
                      "Singh, Mobahi, Agarwala and Dauphin 2025, Avoiding spurious sharpness"
                          + " minimization broadens applicability of SAM (arXiv:2502.02407)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s, new FunctionalSam(s.get(BASE), s.get(Sam.RHO), epsilon(s), Ascent.of(s))));

  /** The eps of the base; empty without preconditioning. */
  private static OptionalDouble epsilon(Settings s) {
    if (!s.get(PRECONDITION)) {
      return OptionalDouble.empty();
    }
    Component<?> base = s.nested(BASE).orElseThrow();
    String id = base.id().value();
    if (!id.equals("adam") && !id.equals("adamw")) {
      throw new PalimpsestException(
          "setting 'precondition' of '" + ID + "': base '" + id + "' is not adam or adamw");
    }
    if (s.get(Ascent.SPACE) == Space.EFFECTIVE) {
      throw new PalimpsestException(
          "setting 'precondition' of '"
              + ID
              + "': the base keeps v of the trained parameters; use space=trainable");
    }
    return base.settings().canonical().get("eps") instanceof Value.Num eps
        ? OptionalDouble.of(eps.value())
        : OptionalDouble.empty();
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    GradientOracle functional =
        (w, terms, of) -> {
          Tensors g = preconditioned(c, ascent.gradient(c, w, terms, of));
          Params top = ascent.space(c).moved(w, Ascent.toRadius(tf, g, radius));
          return c.oracle().at(top.withLogitGradientAt(w), terms, of);
        };
    return base.updates(Wrapper.inner(c).withOracle(functional));
  }

  /** {@code g / (sqrt(v) + eps)}, or g itself. */
  private Tensors preconditioned(StepContext c, Tensors g) {
    if (eps.isEmpty()) {
      return g;
    }
    Ops tf = c.tf();
    Operand<TFloat32> epsilon = tf.constant((float) eps.getAsDouble());
    Tensors v = Wrapper.inner(c).slots().old("v", g, 0);
    return g.zip(v, (x, y) -> tf.math.div(x, tf.math.add(tf.math.sqrt(y), epsilon)));
  }
}
