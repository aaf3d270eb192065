package io.github.palimpsest.metrics;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ClosedReferenceMetric;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.NeedsReferences;
import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/**
 * {@code I_k = s (a[k] - R[k, k])} with s = +1 where higher scores are better and -1 otherwise, and
 * a[k] the score on task k of a reference model: how much worse a task is learned than by a model
 * that need not retain anything. Above 0 always means worse. {@code over=tasks} is the mean of
 * {@code I_k} over all tasks, {@code over=last} is {@code I_T}, which the paper's tables show.
 *
 * <p>The paper's reference model is trained on tasks 1 to k together ({@code reference=joint});
 * {@code alone} trains it on task k only. Empty if a score that it needs was not measured.
 *
 * <p>Chaudhry et al. 2018, arXiv:1801.10112. Rules MET-02, MET-04 and MET-05.
 */
record Intransigence(Over over) implements ForgettingMetric {
  /** The tasks that count. */
  enum Over {
    /** The mean of all. */
    TASKS,
    /** The last one alone. */
    LAST
  }

  static final Setting<ReferenceTraining> REFERENCE =
      Setting.choice(
          "reference",
          ReferenceTraining.class,
          ReferenceTraining.JOINT,
          "what the reference model of a task is trained on: all tasks up to it, or it alone");

  static final Setting<Over> OVER =
      Setting.choice(
          "over", Over.class, Over.TASKS, "the mean over all tasks, or the last task alone");

  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "intransigence",
              "How much worse tasks are learned than by a reference model",
              "1/T sum over k of s (a[k] - R[k, k]), or its last term; a[k] is the score on task k"
                  + " of a model trained on tasks 1 to k together; s = -1 where lower scores are"
                  + " better")
          .settings(REFERENCE, OVER)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Chaudhry, Dokania, Ajanthan and Torr 2018, Riemannian walk for incremental learning"
                      + " (arXiv:1801.10112)"))
          .promisesNot(Promise.MEASURES_FORGETTING)
          .with(NeedsReferences.class, s -> s.get(REFERENCE))
          .with(ClosedReferenceMetric.class, Intransigence::closed)
          .creates(s -> new Intransigence(s.get(OVER)));

  private static OptionalDouble closed(
      Settings s, double[] before, double[][] r, double[] a, boolean higher) {
    int tasks = r.length;
    double sum = 0;
    for (int k = 0; k < tasks; k++) {
      double lost = higher ? a[k] - r[k][k] : r[k][k] - a[k];
      sum += s.get(OVER) == Over.TASKS ? lost / tasks : k == tasks - 1 ? lost : 0;
    }
    return OptionalDouble.of(sum);
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public OptionalDouble of(ScoreMatrix scores) {
    double s = Means.sign(scores);
    int from = over == Over.TASKS ? 0 : scores.tasks() - 1;
    return Means.over(from, scores.tasks(), k -> s * (scores.reference(k) - scores.after(k, k)));
  }
}
