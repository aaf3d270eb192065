package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;

/**
 * A {@link Merger} that looks at several models of one base together, such as TIES, which compares
 * their changes entry by entry. Any other merger merges each model with the base by itself, and the
 * host takes the weighted sum of the changes.
 */
@Experimental(since = "0.1")
public interface JointMerger extends Merger {
  /**
   * The merged weights: finite, with the names and shapes of the base; the inputs stay unchanged.
   * They may be computed when read, tensor by tensor. With one model they are those of {@link
   * #apply} for a first task.
   *
   * @param base the weights that all models started from
   * @param models weights with the same names and shapes; at least one
   * @param shares a number above 0 for each model; only their ratios count
   * @param site the model; it has no examples, so it refuses to compute a Fisher information
   */
  WeightSnapshot merge(
      WeightSnapshot base, List<WeightSnapshot> models, List<Double> shares, MergeSite site);
}
