package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adaptive sharpness-aware minimization over any base optimizer:
 *
 * <pre>
 *   g = grad(w),   e = rho T^2 g / |T g|   (0 where |T g| is 0)
 *   the base is given grad(w + e)
 * </pre>
 *
 * <p>Kwon et al. 2021, arXiv:2102.11600. With {@code scale=paper}, T = |w| + eta, and T = 1 for
 * biases, as in the authors' code: it scales every tensor whose name contains "weight", so the
 * gains of normalisations too, and the shifts of LayerNorm, whose names end in "bias", are biases.
 * With {@code scale=no-norms}, T = 1 for gains as well. With eta = 0 the ascent does not change
 * when two kernels are scaled by t and 1/t. With {@code scale=elementwise}, T = |w| for every
 * parameter, as in the widespread re-implementation by davda54. Rules OPT-05, OPT-06 and OPT-07.
 */
record Asam(Optimizer base, Schedule rho, double eta, Scale scale, Ascent ascent)
    implements Wrapper {
  /** The unit in which the ascent is measured. */
  enum Scale {
    /** |w| + eta, and 1 for biases. */
    PAPER,
    /** |w| + eta, and 1 for norms and biases. */
    NO_NORMS,
    /** |w| for every parameter. */
    ELEMENTWISE
  }

  static final Setting<Schedule> RHO =
      Setting.schedule(
          "rho",
          0.5,
          0,
          Double.MAX_VALUE,
          "radius of the ascent in units of the weights' own size; about 10 times that of sam");
  static final Setting<Double> ETA =
      Setting.real("eta", 0.01, 0, Double.MAX_VALUE, "added to |w|, except with scale=elementwise");
  static final Setting<Scale> SCALE =
      Setting.choice(
          "scale",
          Scale.class,
          Scale.PAPER,
          "T: |w| + eta and 1 for biases as in the authors' code, or 1 for norms and biases, or |w|"
              + " for everything");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "asam",
              "Adaptive SAM: the ascent is measured in units of each weight's size",
              "T = |w| + eta; e = rho T^2 g / |T g|; base step with the gradient at w + e")
          .settings(
              RHO,
              ETA,
              SCALE,
              Ascent.ASCENT,
              Ascent.SPACE,
              Ascent.SHARE,
              Ascent.PARTS,
              ActingTasks.TASKS,
              BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1 + s.get(Ascent.SHARE),
                      0,
                      "Kwon, Kim, Park and Choi 2021, ASAM: adaptive sharpness-aware minimization"
                          + " for scale-invariant learning of deep neural networks"
                          + " (arXiv:2102.11600)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s,
                      new Asam(s.get(BASE), s.get(RHO), s.get(ETA), s.get(SCALE), Ascent.cut(s))));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    GradientOracle perturbed =
        (w, terms, of) -> {
          Tensors g = ascent.gradient(c, w, terms, of);
          Tensors t = scale(c, w);
          Tensors tg = t.times(tf, g);
          Tensors e = t.times(tf, Ascent.toRadius(tf, tg, radius));
          return ascent.top(c, w, e, terms, of);
        };
    return base.updates(Wrapper.inner(c).withOracle(ascent.inParts(c, perturbed)));
  }

  private Tensors scale(StepContext c, Params point) {
    Ops tf = c.tf();
    WeightSpace space = ascent.space(c);
    Tensors w = space.weights(point);
    if (scale == Scale.ELEMENTWISE) {
      return w.map(x -> tf.math.abs(x));
    }
    Set<String> unscaled =
        space.specs().stream()
            .filter(this::isUnscaled)
            .map(ParameterSpec::name)
            .collect(Collectors.toSet());
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> offset = tf.constant((float) eta);
    return w.mapNamed(
        (name, x) -> unscaled.contains(name) ? one : tf.math.add(tf.math.abs(x), offset));
  }

  private boolean isUnscaled(ParameterSpec p) {
    return p.role() == Role.BIAS
        || p.role() == Role.NORM && (scale == Scale.NO_NORMS || p.name().endsWith("bias"));
  }
}
