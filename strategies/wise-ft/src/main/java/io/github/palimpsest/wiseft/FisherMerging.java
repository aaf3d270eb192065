package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.model.FinishedTask.Labels;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.function.Function;

/**
 * Fisher-weighted interpolation: each weight stays closer to the end that depends on it more,
 *
 * <pre>
 *   theta = (c0 theta0 + c1 theta1) / (c0 + c1),   c0 = (1 - alpha) F0,   c1 = alpha F1
 * </pre>
 *
 * <p>F0 and F1 are the diagonals of the Fisher information at theta0 and theta1, the mean over
 * examples of the squared gradient of {@code log p(y | x)} with y drawn from the model at these
 * weights; the paper takes the expectation over y, of which this is a sample. In the paper each is
 * on the data of its own model. There are no examples of the earlier knowledge of theta0, so both
 * are on the inputs of the finished task. Both are raised by {@code floor} times their mean over
 * the tensor, so that the result is the straight line where neither has any importance. alpha 0 and
 * 1 give the end points bit for bit, and then no Fisher is computed. Computed in double precision
 * and rounded once.
 *
 * <p>Matena and Raffel 2022, arXiv:2111.09832; the weighting by alpha is that of the code of
 * Wortsman et al. 2022, arXiv:2109.01903. Rules PPW-01 and PPW-03.
 *
 * @param alpha 0 for theta0, 1 for theta1
 * @param examples number of examples for the estimate of each Fisher
 * @param floor share of a tensor's mean importance that each of its entries has at least
 * @param from the origin of theta0
 */
record FisherMerging(double alpha, int examples, double floor, From from) implements Merger {
  static final Setting<Integer> EXAMPLES =
      Setting.integer(
          "examples",
          256,
          1,
          Integer.MAX_VALUE,
          "number of examples for the estimate of each Fisher");
  static final Setting<Double> FLOOR =
      Setting.real(
          "floor", 0.01, 0, Double.MAX_VALUE, "least importance, as a share of the tensor's mean");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "fisher-merging",
              "Interpolation that keeps each weight closer to the end that depends on it more",
              "theta = (c0 theta0 + c1 theta1) / (c0 + c1); c0 = (1 - alpha) F0, c1 = alpha F1, diagonal Fishers"
                  + " at theta0 and theta1")
          .settings(Merging.ALPHA, EXAMPLES, FLOOR, Merging.FROM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Matena and Raffel 2022, Merging models with Fisher-weighted averaging (arXiv:2111.09832)",
                      "Wortsman et al. 2022, Robust fine-tuning of zero-shot models (arXiv:2109.01903)"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(
              s ->
                  new FisherMerging(
                      s.get(Merging.ALPHA), s.get(EXAMPLES), s.get(FLOOR), s.get(Merging.FROM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    Ends ends = from.ends(history);
    if (alpha == 0 || alpha == 1) {
      return ends.each((t0, t1) -> Line.at(alpha, t0, t1));
    }
    MergeSite site = history.site();
    Function<WeightSnapshot, WeightSnapshot> fisher =
        at -> site.meanSquaredGradient(at, examples, Labels.SAMPLED);
    WeightSnapshot f0 = fisher.apply(ends.theta0());
    WeightSnapshot f1 = fisher.apply(ends.theta1());
    return ends.each(
        (name, t0, t1) -> weighted(alpha, t0, t1, raised(f0.copy(name)), raised(f1.copy(name))));
  }

  /** The interpolation of one tensor with given importances. */
  static float[] weighted(double alpha, float[] t0, float[] t1, double[] f0, double[] f1) {
    float[] theta = new float[t0.length];
    for (int i = 0; i < theta.length; i++) {
      double c0 = (1 - alpha) * f0[i];
      double c1 = alpha * f1[i];
      theta[i] =
          t0[i] == t1[i]
              ? t1[i]
              : c0 + c1 == 0
                  ? (float) ((1 - alpha) * t0[i] + alpha * t1[i])
                  : (float) ((c0 * t0[i] + c1 * t1[i]) / (c0 + c1));
    }
    return theta;
  }

  private double[] raised(float[] fisher) {
    double sum = 0;
    for (float f : fisher) {
      sum += f;
    }
    double least = floor * sum / fisher.length;
    double[] raised = new double[fisher.length];
    for (int i = 0; i < raised.length; i++) {
      raised[i] = fisher[i] + least;
    }
    return raised;
  }
}
