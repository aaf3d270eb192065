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
 * Flat-LoRA over any base optimizer: descends the mean loss around the merged weights {@code W' = W
 * + s A B}, by one pass at randomly moved ones,
 *
 * <pre>
 *   e_ij = s_t |w'_j| / sqrt(n) z_ij,   z standard normal,   s_t = rho (1 - cos(pi t / T)) / 2
 *   the base is given the gradient of A and B where the model sees W' + e
 * </pre>
 *
 * <p>Li et al. 2024, arXiv:2409.14396. The noise of a step is a function of its random stream, is
 * drawn where it is used and never kept, so no weights have to be moved back and no memory of the
 * base's size is added. Without an adapter it is {@code random-perturbation}. Rules OPT-04 and
 * OPT-06.
 */
record FlatLora(Optimizer base, ColumnNoise noise) implements Wrapper {
  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "flat-lora",
              "Flat-LoRA: one pass at randomly perturbed merged weights, for a flat loss beyond the"
                  + " adapter's own directions",
              "e_ij = s_t |w'_j| / sqrt(n) z_ij, w' = W + s A B; s_t = rho (1 - cos(pi t / T)) / 2;"
                  + " base step with the adapter's gradient at W' + e")
          .settings(ColumnNoise.RHO, ColumnNoise.RISING, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      0,
                      "Li et al. 2024, Flat-LoRA: low-rank adaption over a flat loss landscape"
                          + " (arXiv:2409.14396)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(s -> ActingTasks.only(s, new FlatLora(s.get(BASE), ColumnNoise.of(s))));

  @Override
  public Updates updates(StepContext c) {
    Operand<TFloat32> size = noise.size(c);
    WeightSpace merged = c.effective();
    GradientOracle moved =
        (w, terms, of) -> c.oracle().at(merged.moved(w, noise.at(c, merged, w, size)), terms, of);
    return base.updates(Wrapper.inner(c).withOracle(moved));
  }
}
