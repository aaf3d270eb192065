package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.model.FinishedTask.Labels;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/**
 * Fisher-weighted interpolation: each weight stays closer to the end that depends on it more,
 *
 * <pre>
 *   theta = (c0 theta0 + c1 theta1) / (c0 + c1),   c0 = (1 - alpha) F0 / |F0|,   c1 = alpha F1 / |F1|
 * </pre>
 *
 * <p>F0 and F1 are the diagonals of the Fisher information at theta0 and theta1, the mean over
 * examples of the squared gradient of {@code log p(y | x)} with y drawn from the model at these
 * weights; the paper takes the expectation over y, of which this is a sample. As in the paper each
 * is on the data of its own model: F1 on the inputs of the finished task, and F0, if theta0 are the
 * weights before that task, on those of the task before it. There are no examples of what a
 * pretrained theta0 knows, so its F0 is on the inputs of the finished task too. A model that is
 * sure of its predictions has gradients that are much smaller as a whole, which says nothing about
 * single weights. As in the paper's code each Fisher is therefore divided by its norm over the
 * whole model: alpha has the meaning that it has on the straight line, and the Fishers say which
 * weights are nearer to which end. Before that, both are raised by {@code floor} times their mean
 * over the tensor, so that the result is the straight line where neither has any importance. alpha
 * 0 and 1 give the end points bit for bit, and then no Fisher is computed. Computed in double
 * precision and rounded once.
 *
 * <p>Matena and Raffel 2022, arXiv:2111.09832; the weighting by alpha is that of the code of
 * Wortsman et al. 2022, arXiv:2109.01903. Rules PPW-01 and PPW-03.
 *
 * @param alpha 0 for theta0, 1 for theta1
 * @param examples number of examples for the estimate of each Fisher
 * @param floor share of a tensor's mean importance that each of its entries has at least
 * @param normalized whether each Fisher is divided by its norm
 * @param from the origin of theta0
 */
record FisherMerging(double alpha, int examples, double floor, boolean normalized, From from)
    implements Merger {
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
  static final Setting<Boolean> NORMALIZE =
      Setting.flag(
          "normalize",
          true,
          "divides each Fisher by its norm over the model; without it the end that is less sure of"
              + " its predictions counts most");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "fisher-merging",
              "Interpolation that keeps each weight closer to the end that depends on it more",
              "theta = (c0 theta0 + c1 theta1) / (c0 + c1); c0 = (1 - alpha) F0 / |F0|, c1 = alpha F1 /"
                  + " |F1|, diagonal Fishers at theta0 and theta1")
          .settings(Merging.ALPHA, EXAMPLES, FLOOR, NORMALIZE, Merging.FROM, Merging.WHEN)
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
                      s.get(Merging.ALPHA),
                      s.get(EXAMPLES),
                      s.get(FLOOR),
                      s.get(NORMALIZE),
                      s.get(Merging.FROM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    Ends ends = from.ends(history);
    if (alpha == 0 || alpha == 1) {
      return ends.each((t0, t1) -> Line.at(alpha, t0, t1));
    }
    MergeSite site = history.site();
    int last = history.taskIndex();
    int own = from == From.PREVIOUS ? Math.max(0, last - 1) : last;
    WeightSnapshot f0 = site.meanSquaredGradient(ends.theta0(), own, examples, Labels.SAMPLED);
    WeightSnapshot f1 = site.meanSquaredGradient(ends.theta1(), last, examples, Labels.SAMPLED);
    double n0 = normalized ? norm(f0) : 1;
    double n1 = normalized ? norm(f1) : 1;
    return ends.each(
        (name, t0, t1) ->
            weighted(alpha, t0, t1, raised(f0.copy(name), n0), raised(f1.copy(name), n1)));
  }

  /** The Euclidean norm over all tensors; 1 if nothing has any importance. */
  private static double norm(WeightSnapshot fisher) {
    double sum = 0;
    for (String name : fisher.names()) {
      for (float f : fisher.copy(name)) {
        sum += (double) f * f;
      }
    }
    return sum == 0 ? 1 : Math.sqrt(sum);
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

  private double[] raised(float[] fisher, double norm) {
    double sum = 0;
    for (float f : fisher) {
      sum += f;
    }
    double least = floor * sum / fisher.length;
    double[] raised = new double[fisher.length];
    for (int i = 0; i < raised.length; i++) {
      raised[i] = (fisher[i] + least) / norm;
    }
    return raised;
  }
}
