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
 * Model stock: the mean of the weights after each task, drawn back to the weights before training
 * the further, the less the tasks' changes agree,
 *
 * <pre>
 *   c = mean over pairs of cos(theta_i - theta0, theta_j - theta0)
 *   r = T c / (1 + (T - 1) c),   theta = r mean_t theta_t + (1 - r) theta0
 * </pre>
 *
 * <p>tensor by tensor. The paper supposes that all pairs have one angle; their mean stands for it,
 * as in mergekit. A negative c counts as 0, which gives theta0, and so does the cosine of a change
 * that is zero; the paper has neither. Its models are trainings of one task from theta0; here tasks
 * follow each other, so their changes share the earlier part and agree more. One task gives the
 * weights after it, bit for bit. Of several models of one base, shares weigh the mean.
 *
 * <p>Jang, Yun and Han 2024, arXiv:2403.19522. Rules PPW-01, PPW-03 and PPW-06.
 */
record ModelStock() implements JointMerger {
  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "model-stock",
              "The mean of the weights after each task, drawn back the less the changes agree",
              "c = mean over pairs of cos(theta_i - theta0, theta_j - theta0); r = T c / (1 + (T - 1) c);"
                  + " theta = r mean_t theta_t + (1 - r) theta0")
          .settings(Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Jang, Yun and Han 2024, Model stock: all we need is just a few fine-tuned models"
                          + " (arXiv:2403.19522)"))
          .promisesNot(Promise.INTERPOLATES)
          .with(ReadsHistory.class, s -> true)
          .creates(s -> new ModelStock());

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    return Tasks.merged(this, history);
  }

  @Override
  public WeightSnapshot merge(
      WeightSnapshot base, List<WeightSnapshot> models, List<Double> shares, MergeSite site) {
    return Tasks.each(
        base, models, (t0, thetas) -> Line.at(ratio(t0, thetas), t0, Tasks.mean(thetas, shares)));
  }

  private static double ratio(float[] t0, float[][] thetas) {
    int n = thetas.length;
    if (n == 1) {
      return 1;
    }
    double cosines = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        cosines += cosine(t0, thetas[i], thetas[j]);
      }
    }
    double c = Math.max(0, cosines / (n * (n - 1) / 2.0));
    return n * c / (1 + (n - 1) * c);
  }

  private static double cosine(float[] t0, float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < t0.length; i++) {
      double da = (double) a[i] - t0[i];
      double db = (double) b[i] - t0[i];
      ab += da * db;
      aa += da * da;
      bb += db * db;
    }
    return aa == 0 || bb == 0 ? 0 : Math.min(1, ab / Math.sqrt(aa * bb));
  }
}
