package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Arrays;

/**
 * FAPM: keeps of each tensor's change the entries that are large and do not rewrite a small weight,
 *
 * <pre>
 *   D = theta1 - theta0,   S = |D| - mean|theta0| |D| / |theta0|
 *   theta = theta0 + D where S is among the largest share of the tensor, else theta0
 * </pre>
 *
 * <p>The number kept is rounded up, and entries of equal score are all kept. An entry of theta0
 * that is 0 has the lowest score, also where the paper's is 0/0. {@code share=1} is the trained
 * model and {@code share=0} theta0, bit for bit. Scores are computed in double precision.
 *
 * <p>arXiv:2509.08255, by its published code. Rules PPW-01 and PPW-03.
 *
 * @param share of the entries of each tensor whose change is kept
 * @param from the origin of theta0
 */
record Fapm(double share, From from) implements Merger {
  static final Setting<Double> SHARE =
      Setting.real("share", 0.1, 0, 1, "share of each tensor's entries whose change is kept");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "fapm",
              "FAPM: keeps the changes that are large and do not rewrite small weights",
              "D = theta1 - theta0; S = |D| - mean|theta0| |D| / |theta0|; keeps D where S is among the"
                  + " largest of its tensor")
          .settings(SHARE, Merging.FROM, Merging.WHEN)
          .traits(
              s -> Merging.traits(s, "FAPM: forgetting-aware pruning metric (arXiv:2509.08255)"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(s -> new Fapm(s.get(SHARE), s.get(Merging.FROM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    return from.ends(history).each(this::pruned);
  }

  private float[] pruned(float[] t0, float[] t1) {
    double size = 0;
    for (float w : t0) {
      size += Math.abs(w);
    }
    double mean = size / t0.length;
    double[] score = new double[t0.length];
    for (int i = 0; i < score.length; i++) {
      double d = Math.abs((double) t1[i] - t0[i]);
      score[i] = t0[i] == 0 ? Double.NEGATIVE_INFINITY : d - mean * d / Math.abs(t0[i]);
    }
    double[] sorted = score.clone();
    Arrays.sort(sorted);
    int kept = Math.toIntExact(LargestEntries.kept(share, score.length));
    double least = kept == 0 ? Double.POSITIVE_INFINITY : sorted[score.length - kept];
    float[] theta = new float[t0.length];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = score[i] >= least ? t1[i] : t0[i];
    }
    return theta;
  }
}
