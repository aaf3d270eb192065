package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Separate elastic weight consolidation with mistakes to choose from. */
public final class QuadraticPull implements Regularizer {
  public enum Mistake {
    CONSTANT_ADDED,
    ANCHOR_OF_THE_TASK_BEFORE,
    FIRST_POINT_KEPT,
    NO_ONE_HALF,
    GRADIENT_STOPPED,
    SNAPSHOT_KEPT,
    SQUARED_BATCH_MEAN,
    SQUARED_TASK_MEAN,
    PULLS_TO_THE_START,
    IMPORTANCE_SQUARED,
    OVERWRITES,
    PULL_AT_STRENGTH_0,
    GIVES_TWICE_THE_GRADIENT,
    GIVES_ONE_TENSOR,
    GIVES_NO_IMPORTANCE,
    GIVES_A_LITTLE_MORE,
    SQUARED_STEP_GRADIENTS,
    SUMMED_STEP_GRADIENTS,
    NO_IMPORTANCE,
    COUNTS_BINDINGS,
    FORGETS_FROM_THE_THIRD_TASK_ON,
    GIVES_TWO_TASKS_ALONE
  }

  private static final Set<Mistake> GIVES =
      EnumSet.of(
          Mistake.GIVES_TWICE_THE_GRADIENT,
          Mistake.GIVES_ONE_TENSOR,
          Mistake.GIVES_NO_IMPORTANCE,
          Mistake.GIVES_A_LITTLE_MORE,
          Mistake.GIVES_TWO_TASKS_ALONE);

  private static final Set<Mistake> TRACKS =
      EnumSet.of(
          Mistake.SQUARED_TASK_MEAN, Mistake.SQUARED_STEP_GRADIENTS, Mistake.SUMMED_STEP_GRADIENTS);

  private final double lambda;
  private final Set<Mistake> mistakes;
  private @Nullable WeightSnapshot kept;
  private int bindings;

  public QuadraticPull(double lambda, Mistake... mistakes) {
    this.lambda = lambda;
    this.mistakes = EnumSet.noneOf(Mistake.class);
    this.mistakes.addAll(Set.of(mistakes));
  }

  private boolean has(Mistake m) {
    return mistakes.contains(m);
  }

  private String name(String what, int task) {
    return has(Mistake.OVERWRITES) ? what : what + "-" + task;
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    bindings++;
    return new Bound(site);
  }

  private final class Bound implements BoundRegularizer {
    private final RegularizerSite site;
    private @Nullable Params first;

    Bound(RegularizerSite site) {
      this.site = site;
    }

    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      Ops tf = site.tf();
      Params at = point.at();
      if (has(Mistake.FIRST_POINT_KEPT)) {
        at = first == null ? at : first;
        first = at;
      }
      Operand<TFloat32> sum = tf.constant(has(Mistake.CONSTANT_ADDED) ? 1f : 0f);
      int last = Math.max(0, site.finishedTasks() - 1);
      boolean forgets = has(Mistake.FORGETS_FROM_THE_THIRD_TASK_ON) && last > 1;
      int from = has(Mistake.OVERWRITES) || forgets ? last : 0;
      for (int k = from; k < site.finishedTasks(); k++) {
        Tensors moved = at.tensors().minus(tf, anchor(tf, k));
        Tensors square = moved.times(tf, moved);
        if (has(Mistake.GRADIENT_STOPPED)) {
          square = moved.times(tf, moved.map(x -> tf.stopGradient(x)));
        }
        sum = tf.math.add(sum, importance(tf, k, point).dot(tf, square));
      }
      if (has(Mistake.PULLS_TO_THE_START)) {
        Tensors moved = at.tensors().minus(tf, site.start());
        sum = tf.math.add(sum, moved.dot(tf, moved));
      }
      double factor = has(Mistake.NO_ONE_HALF) ? lambda : lambda / 2;
      factor *= has(Mistake.COUNTS_BINDINGS) ? bindings : 1;
      double always = has(Mistake.PULL_AT_STRENGTH_0) ? 0.1 : 0;
      return tf.math.mul(tf.constant((float) (factor + always)), sum);
    }

    @Override
    public Optional<Tensors> gradient(LossPoint point) {
      if (mistakes.stream().noneMatch(GIVES::contains)) {
        return Optional.empty();
      }
      Ops tf = site.tf();
      double factor = has(Mistake.GIVES_TWICE_THE_GRADIENT) ? 2 * lambda : lambda;
      factor *= has(Mistake.GIVES_A_LITTLE_MORE) ? 1.001 : 1;
      Tensors sum = point.at().tensors().map(x -> tf.zerosLike(x));
      int tasks = site.finishedTasks();
      for (int k = 0; k < (has(Mistake.GIVES_TWO_TASKS_ALONE) ? Math.min(2, tasks) : tasks); k++) {
        Tensors moved = point.at().tensors().minus(tf, anchor(tf, k));
        boolean weighed = !has(Mistake.GIVES_NO_IMPORTANCE);
        sum = sum.plus(tf, weighed ? importance(tf, k, point).times(tf, moved) : moved);
      }
      Tensors g = sum.scale(tf, tf.constant((float) factor));
      String first = g.names().iterator().next();
      return Optional.of(
          has(Mistake.GIVES_ONE_TENSOR) ? Tensors.of(Map.of(first, g.get(first))) : g);
    }

    private Tensors anchor(Ops tf, int task) {
      WeightSnapshot snapshot = kept;
      if (has(Mistake.SNAPSHOT_KEPT) && snapshot != null) {
        return site.memory(name("anchor", task))
            .mapNamed(
                (n, x) ->
                    tf.constant(
                        x.shape(), org.tensorflow.ndarray.buffer.DataBuffers.of(snapshot.copy(n))));
      }
      return site.memory(name("anchor", task));
    }

    private Tensors importance(Ops tf, int task, LossPoint point) {
      if (has(Mistake.SQUARED_BATCH_MEAN)) {
        Operand<TFloat32> mean = tf.math.mean(point.forward().lossPerExample(), tf.constant(0));
        Tensors at = point.at().tensors();
        var g =
            tf.gradients(
                java.util.List.of(tf.math.add(mean, tf.math.mul(tf.constant(0f), at.sum(tf)))),
                java.util.List.copyOf(at.byName().values()));
        int[] i = {0};
        return at.map(x -> tf.math.square(tf.stopGradient(g.<TFloat32>dy(i[0]++))));
      }
      if (has(Mistake.NO_IMPORTANCE)) {
        return point.at().tensors().map(x -> tf.stopGradient(tf.onesLike(x)));
      }
      Tensors f = site.memory(name("fisher", task));
      return has(Mistake.IMPORTANCE_SQUARED) ? f.times(tf, f) : f;
    }

    @Override
    public void track(StepContext c, Updates updates) {
      if (mistakes.stream().anyMatch(TRACKS::contains)) {
        Tensors sum = c.slots().old("sum", c.params().tensors(), 0);
        Tensors g = c.oracle().at(c.params(), EnumSet.of(Term.DATA)).gradients().tensors();
        Tensors added = has(Mistake.SQUARED_STEP_GRADIENTS) ? g.times(c.tf(), g) : g;
        c.slots().next("sum", sum.plus(c.tf(), added));
      }
    }

    private WeightSnapshot importance(FinishedTask task) {
      if (mistakes.stream().noneMatch(TRACKS::contains)) {
        return task.meanSquaredGradient(8);
      }
      WeightSnapshot sum = task.tracked("sum");
      if (!has(Mistake.SQUARED_TASK_MEAN)) {
        return sum;
      }
      TreeMap<String, Shape> shapes = new TreeMap<>();
      sum.names().forEach(n -> shapes.put(n, sum.shape(n)));
      return WeightSnapshot.computed(
          shapes,
          n -> {
            float[] v = sum.copy(n);
            for (int i = 0; i < v.length; i++) {
              v[i] *= v[i];
            }
            return v;
          });
    }

    @Override
    public void afterTask(FinishedTask task) {
      WeightSnapshot anchor = task.weights();
      if (has(Mistake.ANCHOR_OF_THE_TASK_BEFORE)) {
        anchor = task.recall("latest").orElse(anchor);
        task.remember("latest", task.weights());
      }
      if (has(Mistake.SNAPSHOT_KEPT)) {
        kept = task.weights();
      }
      task.remember(name("anchor", task.index()), anchor);
      if (!has(Mistake.SQUARED_BATCH_MEAN) && !has(Mistake.NO_IMPORTANCE)) {
        task.remember(name("fisher", task.index()), importance(task));
      }
    }
  }
}
