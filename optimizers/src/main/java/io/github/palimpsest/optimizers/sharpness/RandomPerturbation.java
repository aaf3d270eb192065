package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.optimizer.Wrapper;
import org.tensorflow.Operand;
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
 * <p>with {@link ColumnNoise}. Li et al. 2024, arXiv:2409.14396 (Flat-LoRA), after Bisla et al.
 * 2022. Vectors are not moved. Rules OPT-04 and OPT-06.
 */
record RandomPerturbation(Optimizer base, ColumnNoise noise) implements Wrapper {
  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "random-perturbation",
              "Descends the mean loss around the weights, with one pass at randomly perturbed"
                  + " weights",
              "e_ij = s_t |w_j| / sqrt(n) z_ij; s_t = rho (1 - cos(pi t / T)) / 2; base step with"
                  + " the gradient at w + e")
          .settings(ColumnNoise.RHO, ColumnNoise.RISING, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      0,
                      "Li et al. 2024, Flat-LoRA: low-rank adaption over a flat loss"
                          + " landscape (arXiv:2409.14396)",
                      "Bisla, Wang and Choromanska 2022, Low-pass filtering SGD for recovering flat"
                          + " optima (arXiv:2201.08025)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s -> ActingTasks.only(s, new RandomPerturbation(s.get(BASE), ColumnNoise.of(s))));

  @Override
  public Updates updates(StepContext c) {
    Operand<TFloat32> size = noise.size(c);
    WeightSpace own = c.trainable();
    GradientOracle moved =
        (w, terms, of) -> c.oracle().at(own.moved(w, noise.at(c, own, w, size)), terms, of);
    return base.updates(Wrapper.inner(c).withOracle(moved));
  }
}
