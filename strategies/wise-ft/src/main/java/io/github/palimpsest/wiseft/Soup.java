package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.merger.JointMerger;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;

/**
 * A uniform soup: the mean of the weights after each task,
 *
 * <pre>
 *   theta = 1/T sum over tasks t of theta_t
 * </pre>
 *
 * <p>In the paper the weights are of trainings of one task with other settings; here they are of
 * tasks that follow each other. Of several models of one base it is their mean, weighted by their
 * shares. Sums are in double precision; of one task it is the weights after it, bit for bit.
 *
 * <p>Wortsman et al. 2022, arXiv:2203.05482. Rules PPW-01, PPW-03 and PPW-06.
 */
record Soup() implements JointMerger {
  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "soup",
              "The mean of the weights after each task",
              "theta = 1/T sum over tasks t of theta_t")
          .settings(Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Wortsman et al. 2022, Model soups: averaging weights of multiple fine-tuned models"
                          + " improves accuracy without increasing inference time (arXiv:2203.05482)"))
          .promisesNot(Promise.INTERPOLATES)
          .with(ReadsHistory.class, s -> true)
          .creates(s -> new Soup());

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    return Tasks.merged(this, history);
  }

  @Override
  public WeightSnapshot merge(
      WeightSnapshot base, List<WeightSnapshot> models, List<Double> shares, MergeSite site) {
    return Tasks.each(base, models, (t0, thetas) -> Tasks.mean(thetas, shares));
  }
}
