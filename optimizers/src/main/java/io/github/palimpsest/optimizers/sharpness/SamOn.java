package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.PalimpsestException;
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
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * SAM whose ascent moves only the parameters of normalisation layers, over any base optimizer:
 *
 * <pre>
 *   e = rho T^2 g / |T g| on the norms, 0 elsewhere;  T = 1, or |w| with adaptive
 *   the base is given grad(w + e), for all parameters
 * </pre>
 *
 * <p>Mueller et al. 2023, arXiv:2306.04226. Rules OPT-05 and OPT-06.
 */
record SamOn(Optimizer base, Schedule rho, boolean adaptive, Ascent ascent) implements Wrapper {
  static final Setting<Boolean> ADAPTIVE =
      Setting.flag("adaptive", false, "measure the ascent in units of the weights' size");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "sam-on",
              "SAM-ON: SAM whose ascent moves only normalisation parameters",
              "e = rho g / |g| over the norms, 0 elsewhere; base step with the gradient at w + e")
          .settings(Sam.RHO, ADAPTIVE, Ascent.ASCENT, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  // adapters that train only factors or vectors of their own leave no norm to move
                  Wrapper.traits(
                          s,
                          2,
                          0,
                          "Mueller, Vlaar, Rolnick and Hein 2023, Normalization layers are all that"
                              + " sharpness-aware minimization needs (arXiv:2306.04226)")
                      .conflictingWith("lora", "dora", "oft", "oplora", "osf", "prompt-tuning"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s,
                      new SamOn(
                          s.get(BASE),
                          s.get(Sam.RHO),
                          s.get(ADAPTIVE),
                          Ascent.of(s.get(Ascent.ASCENT), Space.TRAINABLE))));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    List<String> norms =
        c.specs().stream().filter(p -> p.role() == Role.NORM).map(ParameterSpec::name).toList();
    if (norms.isEmpty()) {
      throw new PalimpsestException(
          "'sam-on' perturbs normalisation parameters, and none is trained here");
    }
    Operand<TFloat32> radius = c.scheduled(rho);
    GradientOracle perturbed =
        (w, terms, of) -> {
          Tensors g = only(ascent.gradient(c, w, terms, of), norms);
          Tensors t = only(w.tensors(), norms).map(x -> tf.math.abs(x));
          Tensors e =
              adaptive
                  ? t.times(tf, Ascent.toRadius(tf, t.times(tf, g), radius))
                  : Ascent.toRadius(tf, g, radius);
          Tensors top =
              w.tensors()
                  .mapNamed((name, x) -> norms.contains(name) ? tf.math.add(x, e.get(name)) : x);
          return c.oracle().at(w.with(top), terms, of);
        };
    return base.updates(Wrapper.inner(c).withOracle(perturbed));
  }

  private static Tensors only(Tensors all, List<String> names) {
    Map<String, Operand<TFloat32>> some = new LinkedHashMap<>();
    names.forEach(n -> some.put(n, all.get(n)));
    return Tensors.of(some);
  }
}
