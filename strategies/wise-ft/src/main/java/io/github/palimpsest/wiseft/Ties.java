package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.JointMerger;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Arrays;
import java.util.List;

/**
 * TIES: merges the changes of earlier tasks and of this one without their conflicts. With theta0
 * before any training, theta_b before the task and theta1 after it,
 *
 * <pre>
 *   tau_1 = theta_b - theta0,   tau_2 = theta1 - theta_b
 *   trim:  each tau_t keeps the share density of its entries that are largest in size
 *   elect: s = sign(tau_1 + tau_2)
 *   merge: theta = theta0 + lambda * mean of those tau_t that are not 0 and have sign s
 * </pre>
 *
 * <p>entry by entry; trimming is by tensor, as mergekit and PEFT do, since the whole model is never
 * in memory. Entries of equal size are all kept. After the first task there is one vector, and with
 * {@code density=1} it is {@link TaskArithmetic} from the pre-trained weights, bit for bit. An
 * entry that nothing moves has the bits of theta0.
 *
 * <p>Of several models of one base there is one vector each, and their shares weigh the sum and the
 * mean ({@link #merge}).
 *
 * <p>Yadav, Tam, Choshen, Raffel and Bansal 2023, arXiv:2306.01708. Rules PPW-01 and PPW-03.
 *
 * @param density share of each task vector that is kept
 * @param lambda factor of the merged vector
 */
record Ties(double density, double lambda) implements JointMerger {
  static final Setting<Double> DENSITY =
      Setting.real("density", 0.2, 0, 1, "share of each task vector's entries that is kept");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "ties",
              "TIES: merges the changes of earlier tasks and of the last one without their conflicts",
              "theta = theta0 + lambda mean of the largest entries of theta_b - theta0 and theta1 - theta_b that"
                  + " agree with the sign of their sum")
          .settings(DENSITY, Merging.LAMBDA, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Yadav, Tam, Choshen, Raffel and Bansal 2023, TIES-merging: resolving interference when"
                          + " merging models (arXiv:2306.01708)"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(s -> new Ties(s.get(DENSITY), s.get(Merging.LAMBDA)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    WeightSnapshot before = new Ends(history.beforeTask(), history.afterTask()).theta0();
    return From.PRETRAINED.ends(history).each((name, t0, t1) -> merged(t0, before.copy(name), t1));
  }

  @Override
  public WeightSnapshot merge(
      WeightSnapshot base, List<WeightSnapshot> models, List<Double> shares, MergeSite site) {
    List<Ends> ends = models.stream().map(m -> new Ends(base, m)).toList();
    return ends.get(0)
        .each(
            (name, t0, first) -> {
              float[][] thetas = new float[ends.size()][];
              for (int k = 0; k < thetas.length; k++) {
                thetas[k] = k == 0 ? first : models.get(k).copy(name);
              }
              return joint(t0, thetas, shares);
            });
  }

  private float[] joint(float[] t0, float[][] thetas, List<Double> shares) {
    float[][] taus = new float[thetas.length][];
    for (int k = 0; k < taus.length; k++) {
      taus[k] = trimmed(t0, thetas[k]);
    }
    float[] theta = new float[t0.length];
    for (int i = 0; i < theta.length; i++) {
      double elected = 0;
      for (int k = 0; k < taus.length; k++) {
        elected += shares.get(k) * taus[k][i];
      }
      double sum = 0;
      double weight = 0;
      int agreeing = 0;
      int last = 0;
      for (int k = 0; k < taus.length; k++) {
        if (taus[k][i] != 0 && Math.signum(taus[k][i]) == Math.signum(elected)) {
          sum += shares.get(k) * taus[k][i];
          weight += shares.get(k);
          agreeing++;
          last = k;
        }
      }
      if (agreeing == 0) {
        theta[i] = t0[i];
      } else if (agreeing == 1 && lambda == 1) {
        theta[i] = thetas[last][i];
      } else {
        theta[i] = (float) (t0[i] + lambda * sum / weight);
      }
    }
    return theta;
  }

  private float[] merged(float[] t0, float[] tb, float[] t1) {
    float[] earlier = trimmed(t0, tb);
    float[] latest = trimmed(tb, t1);
    float[] end = new float[t0.length];
    for (int i = 0; i < end.length; i++) {
      end[i] = end(t0[i], tb[i], t1[i], earlier[i], latest[i]);
    }
    return Line.at(lambda, t0, end);
  }

  /** {@code theta0 + } the merged vector; one of the given weights itself if the sum equals it. */
  private static float end(float t0, float tb, float t1, float earlier, float latest) {
    double elected = Math.signum((double) earlier + latest);
    boolean first = earlier != 0 && Math.signum(earlier) == elected;
    boolean second = latest != 0 && Math.signum(latest) == elected;
    if (first && second) {
      return (float) (t0 + ((double) earlier + latest) / 2);
    }
    if (first) {
      return tb;
    }
    if (second) {
      return t0 == tb ? t1 : (float) ((double) t0 + latest);
    }
    return t0;
  }

  /** {@code to - from} with zeros for all entries except the largest. */
  private float[] trimmed(float[] from, float[] to) {
    float[] tau = new float[from.length];
    float[] sizes = new float[from.length];
    for (int i = 0; i < tau.length; i++) {
      tau[i] = to[i] - from[i];
      sizes[i] = Math.abs(tau[i]);
    }
    Arrays.sort(sizes);
    int kept = (int) Math.round(density * tau.length);
    float least = kept == 0 ? Float.POSITIVE_INFINITY : sizes[tau.length - kept];
    for (int i = 0; i < tau.length; i++) {
      if (Math.abs(tau[i]) < least) {
        tau[i] = 0;
      }
    }
    return tau;
  }
}
