package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ClosedMetric;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.api.optimizer.ClosedSteps;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.ClosedPenalty;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.tensorflow.op.Ops;

/** Components with a closed form, from which they may differ. */
public final class ClosedForms {
  private ClosedForms() {}

  private static Traits traits(Onset onset, Cost cost) {
    return Traits.of(onset, cost, "nowhere");
  }

  /** Descent at a rate, which says that it descends at 0.1, and at half of that on later steps. */
  public static OptimizerProvider descending(double rate, double later) {
    return OptimizerProvider.of("tck.stub", "a stub", "w -= 0.1 g")
        .traits(traits(Onset.FIRST_TASK, Cost.passes(1)))
        .with(
            ClosedSteps.class,
            (s, parameters, total) ->
                (step, weights, gradient) -> {
                  Map<String, double[]> g = gradient.apply(weights);
                  Map<String, double[]> next = new LinkedHashMap<>();
                  weights.forEach(
                      (name, w) -> {
                        double[] moved = w.clone();
                        for (int i = 0; i < moved.length; i++) {
                          moved[i] -= (step < 5 ? 0.1 : later) * g.get(name)[i];
                        }
                        next.put(name, moved);
                      });
                  return next;
                })
        .creates(
            s ->
                c ->
                    new Updates(
                        c.oracle()
                            .gradient(c.params())
                            .tensors()
                            .scale(c.tf(), c.tf().constant((float) -rate))));
  }

  /** Steps by the sign of a mean of gradients, which says that the mean keeps 0.9. */
  public static OptimizerProvider signed(double beta) {
    return OptimizerProvider.of("tck.stub", "a stub", "m = 0.9 m + 0.1 g; w -= 0.01 sign m")
        .traits(traits(Onset.FIRST_TASK, Cost.passes(1).slots(1)))
        .with(ClosedSteps.class, (s, parameters, total) -> new SignedSteps())
        .creates(
            s ->
                c -> {
                  Ops tf = c.tf();
                  Tensors g = c.oracle().gradient(c.params()).tensors();
                  Tensors old = c.slots().old("m", c.params().tensors(), 0);
                  Tensors m =
                      old.scale(tf, tf.constant((float) beta))
                          .plus(tf, g.scale(tf, tf.constant((float) (1 - beta))));
                  c.slots().next("m", m);
                  return new Updates(m.map(x -> tf.math.mul(tf.math.sign(x), tf.constant(-0.01f))));
                });
  }

  private static final class SignedSteps implements ClosedSteps.Training {
    private final Map<String, double[]> means = new LinkedHashMap<>();

    @Override
    public Map<String, double[]> next(
        long step, Map<String, double[]> weights, UnaryOperator<Map<String, double[]>> gradient) {
      Map<String, double[]> next = new LinkedHashMap<>();
      gradient
          .apply(weights)
          .forEach(
              (name, g) -> {
                double[] m = means.computeIfAbsent(name, n -> new double[g.length]);
                double[] w = weights.get(name).clone();
                for (int i = 0; i < g.length; i++) {
                  m[i] = 0.9 * m[i] + 0.1 * g[i];
                  w[i] -= 0.01 * Math.signum(m[i]);
                }
                next.put(name, w);
              });
      return next;
    }
  }

  private static OptionalDouble penalty(
      Settings s,
      Map<String, double[]> w,
      Map<String, double[]> pretrained,
      List<ClosedPenalty.Finished> tasks) {
    double sum = 0;
    for (ClosedPenalty.Finished task : tasks) {
      for (Map.Entry<String, double[]> e : w.entrySet()) {
        double[] f = task.importance().get(e.getKey());
        double[] a = task.weights().get(e.getKey());
        for (int i = 0; i < f.length; i++) {
          sum += f[i] * Math.pow(e.getValue()[i] - a[i], 2);
        }
      }
    }
    return OptionalDouble.of(sum);
  }

  /** With lambda 2 the penalty is {@code sum_k sum_i F_ki (w_i - a_ki)^2}. */
  public static RegularizerProvider pulling(QuadraticPull.Mistake... mistakes) {
    return RegularizerProvider.of("tck.stub", "a stub", "sum F (w - a)^2")
        .traits(traits(Onset.LATER_TASKS, Cost.NONE.snapshots(2)))
        .with(ClosedPenalty.class, ClosedForms::penalty)
        .creates(s -> new QuadraticPull(2, mistakes));
  }

  /** The mean final score, over all tasks or over one less. */
  public static ForgettingMetricProvider mean(int less) {
    return ForgettingMetricProvider.of("tck.stub", "a stub", "1/T sum R[T, i]")
        .traits(traits(Onset.AFTER_TRAINING, Cost.NONE))
        .with(
            ClosedMetric.class,
            (s, before, r, higher) -> {
              double sum = 0;
              for (double score : r[r.length - 1]) {
                sum += score;
              }
              return OptionalDouble.of(sum / r.length);
            })
        .creates(s -> new Mean(less));
  }

  private record Mean(int less) implements ForgettingMetric {
    @Override
    public boolean higherIsBetter() {
      return true;
    }

    @Override
    public boolean higherIsBetter(ScoreMatrix scores) {
      return scores.higherScoresAreBetter();
    }

    @Override
    public OptionalDouble of(ScoreMatrix scores) {
      double sum = 0;
      int last = scores.tasks() - 1;
      for (int i = 0; i <= last; i++) {
        sum += scores.after(last, i);
      }
      return last + 1 == less ? OptionalDouble.of(sum) : OptionalDouble.of(sum / (last + 1 - less));
    }
  }
}
