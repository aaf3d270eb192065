package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.JointMerger;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * TIES: merges the changes of several tasks without their conflicts. With theta0 before any
 * training and theta_t after task t,
 *
 * <pre>
 *   tau_t = theta_t - theta0
 *   trim:  each tau_t keeps the share density of its entries that are largest in size
 *   elect: s = sign(sum over t of tau_t)
 *   merge: theta = theta0 + lambda * mean of those tau_t that are not 0 and have sign s
 * </pre>
 *
 * <p>entry by entry. As published, trimming compares the entries of all parameters together; {@code
 * trim=tensor} compares those of each tensor, as mergekit and PEFT do. The number kept is rounded
 * up, and entries of equal size are all kept. Tasks follow each other here, so theta_t has the
 * changes of earlier tasks too; in the paper each task starts at theta0. {@code vectors=last-two}
 * takes theta_b - theta0 and theta1 - theta_b instead, with theta_b before the last task and theta1
 * after it: an earlier form of this project, which needs no history.
 *
 * <p>After the first task there is one vector, and with {@code density=1} it is {@link
 * TaskArithmetic} from the pre-trained weights, bit for bit. An entry that nothing moves has the
 * bits of theta0. Of several models of one base there is one vector each, and their shares weigh
 * the sum and the mean ({@link #merge}).
 *
 * <p>Yadav, Tam, Choshen, Raffel and Bansal 2023, arXiv:2306.01708. Rules PPW-01, PPW-03 and
 * PPW-06.
 *
 * @param density share of each task vector that is kept
 * @param lambda factor of the merged vector
 */
record Ties(double density, double lambda, Vectors vectors, Trim trim) implements JointMerger {
  /** The changes that are merged. */
  enum Vectors {
    /** That of each task from the weights before any training. */
    EACH_TASK,
    /** That of all tasks before the last, and that of the last. */
    LAST_TWO
  }

  /** The entries among which the largest are kept. */
  enum Trim {
    /** Those of all parameters. */
    MODEL,
    /** Those of each parameter by itself. */
    TENSOR
  }

  static final Setting<Double> DENSITY =
      Setting.real("density", 0.2, 0, 1, "share of each task vector's entries that is kept");
  static final Setting<Vectors> VECTORS =
      Setting.choice(
          "vectors",
          Vectors.class,
          Vectors.EACH_TASK,
          "task vectors: theta_t - theta0 of each task, or theta_b - theta0 and theta1 - theta_b of"
              + " the last task");
  static final Setting<Trim> TRIM =
      Setting.choice(
          "trim",
          Trim.class,
          Trim.MODEL,
          "the largest entries are those of the whole model, or of each tensor");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "ties",
              "TIES: merges the changes of all tasks without their conflicts",
              "tau_t = theta_t - theta0; theta = theta0 + lambda mean of the largest entries of tau_t"
                  + " that agree with the sign of their sum over t")
          .settings(DENSITY, Merging.LAMBDA, VECTORS, TRIM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Yadav, Tam, Choshen, Raffel and Bansal 2023, TIES-merging: resolving interference when"
                          + " merging models (arXiv:2306.01708)"))
          .promisesNot(Promise.INTERPOLATES)
          .with(ReadsHistory.class, s -> s.get(VECTORS) == Vectors.EACH_TASK)
          .creates(
              s -> new Ties(s.get(DENSITY), s.get(Merging.LAMBDA), s.get(VECTORS), s.get(TRIM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    WeightSnapshot theta0 = history.pretrained();
    List<Ends> changes =
        vectors == Vectors.EACH_TASK
            ? IntStream.rangeClosed(0, history.taskIndex())
                .mapToObj(task -> new Ends(theta0, history.after(task)))
                .toList()
            : List.of(
                new Ends(theta0, history.beforeTask()),
                new Ends(history.beforeTask(), history.afterTask()));
    return merged(theta0, changes, Collections.nCopies(changes.size(), 1.0));
  }

  @Override
  public WeightSnapshot merge(
      WeightSnapshot base, List<WeightSnapshot> models, List<Double> shares, MergeSite site) {
    return merged(base, models.stream().map(m -> new Ends(base, m)).toList(), shares);
  }

  private WeightSnapshot merged(WeightSnapshot theta0, List<Ends> changes, List<Double> shares) {
    Limits limits = new Limits(density, trim, changes);
    Ends last = changes.get(changes.size() - 1);
    return new Ends(theta0, last.theta1())
        .each(
            (name, t0, t1) -> {
              List<Change> all = new ArrayList<>();
              for (int k = 0; k < changes.size(); k++) {
                Ends c = changes.get(k);
                float[] from = c.theta0() == theta0 ? t0 : c.theta0().copy(name);
                float[] to = c == last ? t1 : c.theta1().copy(name);
                all.add(new Change(from, to, limits.of(k, from, to), shares.get(k)));
              }
              return Line.at(lambda, t0, agreeing(t0, all));
            });
  }

  /** {@code theta0 +} the mean of what agrees; the weights of one change themselves if alone. */
  private static float[] agreeing(float[] t0, List<Change> changes) {
    float[] theta = new float[t0.length];
    for (int i = 0; i < theta.length; i++) {
      double elected = 0;
      for (Change c : changes) {
        elected += c.share() * c.tau(i);
      }
      double sum = 0;
      double weight = 0;
      Change alone = null;
      int agree = 0;
      for (Change c : changes) {
        float tau = c.tau(i);
        if (tau != 0 && Math.signum(tau) == Math.signum(elected)) {
          sum += c.share() * tau;
          weight += c.share();
          alone = c;
          agree++;
        }
      }
      theta[i] =
          alone == null
              ? t0[i]
              : agree == 1 && alone.from()[i] == t0[i]
                  ? alone.to()[i]
                  : (float) (t0[i] + sum / weight);
    }
    return theta;
  }

  /**
   * A task vector of one tensor.
   *
   * @param limit the size below which its entries are 0
   */
  private record Change(float[] from, float[] to, float limit, double share) {
    float tau(int i) {
      float tau = to[i] - from[i];
      return Math.abs(tau) < limit ? 0 : tau;
    }
  }

  /** The size below which entries of each change are trimmed; of a whole model once, when read. */
  private static final class Limits {
    private final double density;
    private final Trim trim;
    private final List<Ends> changes;
    private final float[] ofModel;

    Limits(double density, Trim trim, List<Ends> changes) {
      this.density = density;
      this.trim = trim;
      this.changes = changes;
      this.ofModel = new float[changes.size()];
      Arrays.fill(ofModel, Float.NaN);
    }

    synchronized float of(int k, float[] from, float[] to) {
      if (trim == Trim.TENSOR) {
        return LargestEntries.limit(
            LargestEntries.kept(density, from.length), t -> t.accept(difference(from, to)));
      }
      if (Float.isNaN(ofModel[k])) {
        Ends c = changes.get(k);
        long size = c.shapes().values().stream().mapToLong(s -> s.size()).sum();
        ofModel[k] =
            LargestEntries.limit(
                LargestEntries.kept(density, size),
                t ->
                    c.shapes()
                        .keySet()
                        .forEach(
                            n -> t.accept(difference(c.theta0().copy(n), c.theta1().copy(n)))));
      }
      return ofModel[k];
    }

    private static float[] difference(float[] from, float[] to) {
      float[] tau = new float[from.length];
      for (int i = 0; i < tau.length; i++) {
        tau[i] = to[i] - from[i];
      }
      return tau;
    }
  }
}
