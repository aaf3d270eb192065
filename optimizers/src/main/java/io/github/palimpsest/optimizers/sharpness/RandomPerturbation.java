package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.GradientOracle;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.OptimizerProvider;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.ParameterSpec.Role;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.optimizers.technique.Technique;
import io.github.palimpsest.optimizers.technique.Wrapper;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Random weight perturbation over any base optimizer, in the form of Flat-LoRA but on the trained
 * parameters themselves: one pass at randomly moved matrices,
 *
 * <pre>
 *   e_ij = s_t |w_j| / sqrt(n) z_ij,   z standard normal,   s_t = rho (1 - cos(pi t / T)) / 2
 *   the base is given grad(w + e)
 * </pre>
 *
 * <p>where w_j is the column of a kernel that makes output j, or the row of a table for token j,
 * and n its length. The noise comes from the step's random stream and is never kept. Li et al.
 * 2024, arXiv:2409.14396 (Flat-LoRA), after Bisla et al. 2022. Vectors are not moved. Rules OPT-04
 * and OPT-06.
 */
record RandomPerturbation(Optimizer base, double rho, boolean rising) implements Wrapper {
  static final Setting<Double> RHO =
      Setting.real(
          "rho", 0.05, 0, Double.MAX_VALUE, "size of the noise against the column that it moves");
  static final Setting<Boolean> RISING =
      Setting.flag("rising", true, "let the noise rise from 0 to rho over the task");

  static final OptimizerProvider PROVIDER =
      new Technique(
          new ComponentId("random-perturbation"),
          "Descends the mean loss around the weights, by one pass at randomly moved ones",
          "e_ij = s_t |w_j| / sqrt(n) z_ij; s_t = rho (1 - cos(pi t / T)) / 2; base step with the"
              + " gradient at w + e",
          List.of(RHO, RISING, BASE),
          s ->
              Wrapper.traits(
                  s,
                  1,
                  0,
                  "Li et al. 2024, Flat-LoRA: low-rank adaption over a flat loss"
                      + " landscape (arXiv:2409.14396)",
                  "Bisla, Wang and Choromanska 2022, Low-pass filtering SGD for recovering flat"
                      + " optima (arXiv:2201.08025)"),
          s -> new RandomPerturbation(s.get(BASE), s.get(RHO), s.get(RISING)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> size =
        c.scheduled(
            (step, total) ->
                rising ? rho * (1 - Math.cos(Math.PI * step / Math.max(1, total))) / 2 : rho);
    Tensors z = c.gaussian("perturbation", c.params().tensors());
    Set<String> tables =
        c.specs().stream()
            .filter(p -> p.role() == Role.EMBEDDING || p.role() == Role.HEAD)
            .map(ParameterSpec::name)
            .collect(Collectors.toSet());
    GradientOracle moved =
        (w, terms) -> {
          Tensors top =
              w.tensors()
                  .mapNamed(
                      (name, x) ->
                          x.shape().numDimensions() < 2
                              ? x
                              : tf.math.add(
                                  x,
                                  tf.math.mul(
                                      tf.math.mul(
                                          size, vectorSize(tf, x, tables.contains(name) ? 1 : 0)),
                                      z.get(name))));
          return c.oracle().at(new Params(top), terms);
        };
    return base.updates(Wrapper.inner(c).withOracle(moved));
  }

  /** {@code |w_j| / sqrt(n)}: the root mean square along one axis, which is kept with length 1. */
  private static Operand<TFloat32> vectorSize(Ops tf, Operand<TFloat32> w, int axis) {
    return tf.math.sqrt(tf.math.mean(tf.math.square(w), tf.constant(axis), Mean.keepDims(true)));
  }
}
