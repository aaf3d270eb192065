package com.acme.rwalk;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.EnumSet;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Riemannian walk, {@code lambda sum_i (F_i + s_i) (w_i - a_i)^2} around the weights a after the
 * last task:
 *
 * <pre>
 *   F <- alpha g^2 + (1 - alpha) F                             in each step, from 0 in each task
 *   s_i = sum over steps of max(0, -g_i u_i) / (F_i u_i^2 / 2 + epsilon)
 *   after a task: s <- (s of the earlier tasks + s of this one) / 2, F and s divided by their maxima
 * </pre>
 *
 * <p>g is the gradient of the data loss at the weights before the step, u the update. With an
 * optimizer that asks for the gradient there, as all of one pass do, g costs no pass. The paper sums
 * s over intervals of some steps, here they are of one step.
 *
 * @param lambda the strength
 * @param alpha the share of the newest gradient in F
 */
record RWalk(float lambda, float alpha) implements Regularizer {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 1, 0, 1e6, "strength: 0 for no pull");
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.1, 1e-6, 1, "share of the newest gradient in the running Fisher");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "acme.rwalk",
              "Riemannian walk: holds weights by a running Fisher information and their path",
              "lambda sum_i (F_i + s_i) (w_i - a_i)^2; F <- alpha g^2 + (1 - alpha) F in each step;"
                  + " s_i = sum over steps of max(0, -g_i u_i) / (F_i u_i^2 / 2 + 1e-8)")
          .settings(LAMBDA, ALPHA)
          .traits(
              s ->
                  Traits.of(
                      s.get(LAMBDA) == 0 ? Onset.LATER_TASKS : Onset.FIRST_TASK,
                      s.get(LAMBDA) == 0 ? Cost.NONE : Cost.NONE.slots(2).snapshots(3),
                      "Chaudhry et al. 2018, Riemannian walk (arXiv:1801.10112)"))
          // no one-half, and squares of the gradients of batches
          .promisesNot(Promise.HALF_SQUARE, Promise.PER_EXAMPLE_IMPORTANCE)
          .creates(s -> new RWalk(s.get(LAMBDA).floatValue(), s.get(ALPHA).floatValue()));

  private static final String FISHER = "fisher";
  private static final String PATH = "path";
  private static final String IMPORTANCE = "importance";
  private static final String SCORE = "score";
  private static final String ANCHOR = "anchor";
  private static final float EPSILON = 1e-8f;

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return lambda == 0 ? point -> site.tf().constant(0f) : new Bound(this, site);
  }

  private record Bound(RWalk settings, RegularizerSite site) implements BoundRegularizer {
    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      Ops tf = site.tf();
      if (site.finishedTasks() == 0) {
        return tf.constant(0f);
      }
      Tensors moved = moved(point);
      return tf.math.mul(
          tf.constant(settings.lambda()), site.memory(IMPORTANCE).dot(tf, moved.times(tf, moved)));
    }

    /** In closed form, so that the optimizer's pass has the gradient of the data loss by itself. */
    @Override
    public Optional<Tensors> gradient(LossPoint point) {
      Ops tf = site.tf();
      return site.finishedTasks() == 0
          ? Optional.empty()
          : Optional.of(
              site.memory(IMPORTANCE)
                  .times(tf, moved(point))
                  .scale(tf, tf.constant(2 * settings.lambda())));
    }

    private Tensors moved(LossPoint point) {
      return point.at().tensors().minus(site.tf(), site.memory(ANCHOR));
    }

    @Override
    public void track(StepContext step, Updates updates) {
      Ops tf = step.tf();
      Tensors g = step.oracle().at(step.params(), EnumSet.of(Term.DATA)).gradients().tensors();
      Tensors u = updates.tensors();
      Tensors old = step.slots().old(FISHER, step.params().tensors(), 0);
      Tensors fisher =
          old.scale(tf, tf.constant(1 - settings.alpha()))
              .plus(tf, g.times(tf, g).scale(tf, tf.constant(settings.alpha())));
      Tensors gain = g.times(tf, u).map(x -> tf.nn.relu(tf.math.neg(x)));
      Tensors distance =
          fisher
              .times(tf, u.times(tf, u))
              .map(x -> tf.math.add(tf.math.mul(x, tf.constant(0.5f)), tf.constant(EPSILON)));
      Tensors path = step.slots().old(PATH, step.params().tensors(), 0);
      step.slots().next(FISHER, fisher);
      step.slots().next(PATH, path.plus(tf, gain.zip(distance, (a, b) -> tf.math.div(a, b))));
    }

    @Override
    public void afterTask(FinishedTask task) {
      WeightSnapshot path = task.tracked(PATH);
      WeightSnapshot score =
          task.recall(SCORE)
              .map(earlier -> sum(0.5, earlier, 0.5, path))
              .orElseGet(() -> sum(1, path, 0, path));
      WeightSnapshot fisher = task.tracked(FISHER);
      task.remember(SCORE, score);
      task.remember(IMPORTANCE, sum(1 / maximum(fisher), fisher, 1 / maximum(score), score));
      task.remember(ANCHOR, task.weights());
    }
  }

  /** The largest entry; 1 if all are 0. */
  private static double maximum(WeightSnapshot of) {
    double largest = 0;
    for (String name : of.names()) {
      for (float x : of.copy(name)) {
        largest = Math.max(largest, x);
      }
    }
    return largest == 0 ? 1 : largest;
  }

  private static WeightSnapshot sum(double a, WeightSnapshot x, double b, WeightSnapshot y) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    x.names().forEach(name -> shapes.put(name, x.shape(name)));
    return WeightSnapshot.computed(
        shapes,
        name -> {
          float[] sum = x.copy(name);
          float[] other = y.copy(name);
          for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) (a * sum[i] + b * other[i]);
          }
          return sum;
        });
  }
}
