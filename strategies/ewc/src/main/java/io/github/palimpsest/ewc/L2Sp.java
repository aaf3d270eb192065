package io.github.palimpsest.ewc;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.ClosedPenalty;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * L2-SP (Li, Grandvalet and Davoine 2018, arXiv:1802.01483): weight decay towards a starting point
 * in place of 0,
 *
 * <pre>
 *   penalty(w) = lambda/2 * sum_i (w_i - a_i)^2,    gradient_i = lambda (w_i - a_i)
 * </pre>
 *
 * <p>With the one-half. The paper adds {@code beta/2 |w'|^2} for the weights of a new last layer,
 * of which a language model has none. Under an adapter w are the adapter's own parameters, and
 * their values before the first task the anchor. {@link Anchor#PRETRAINED} has the {@code a} of the
 * paper, the weights before the first task, and so acts from the first step on; {@link
 * Anchor#PREVIOUS} has those of the last finished task, and is elastic weight consolidation with
 * {@code F = 1}. The value and the gradient are exactly 0 at the anchor (REG-02).
 */
record L2Sp(double lambda, Anchor anchor) implements Regularizer {

  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.01, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<L2Sp.Anchor> ANCHOR =
      Setting.choice(
          "anchor",
          L2Sp.Anchor.class,
          L2Sp.Anchor.PRETRAINED,
          "pretrained: the weights before the first task; previous: those after the last one");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "l2-sp",
              "Weight decay towards the starting point in place of zero",
              "lambda/2 * sum_i (w_i - a_i)^2")
          .settings(LAMBDA, ANCHOR)
          .traits(L2Sp::traits)
          // its anchor is the start of training, or the last task's weights
          .promisesNot(Promise.ZERO_AT_ANCHOR, Promise.COUNTS_ALL_TASKS)
          .with(ClosedPenalty.class, L2Sp::closed)
          .creates(s -> new L2Sp(s.get(LAMBDA), s.get(ANCHOR)));

  private static OptionalDouble closed(
      Settings s,
      Map<String, double[]> w,
      Map<String, double[]> pretrained,
      List<ClosedPenalty.Finished> tasks) {
    boolean previous = s.get(ANCHOR) == Anchor.PREVIOUS;
    Map<String, double[]> a = previous ? tasks.get(tasks.size() - 1).weights() : pretrained;
    double sum = 0;
    for (Map.Entry<String, double[]> e : w.entrySet()) {
      for (int i = 0; i < e.getValue().length; i++) {
        sum += Math.pow(e.getValue()[i] - a.get(e.getKey())[i], 2);
      }
    }
    return OptionalDouble.of(s.get(LAMBDA) / 2 * sum);
  }

  /** One copy is kept for any number of tasks. */
  private static Traits traits(Settings s) {
    return Traits.of(
        s.get(ANCHOR) == L2Sp.Anchor.PRETRAINED ? Onset.FIRST_TASK : Onset.LATER_TASKS,
        s.get(LAMBDA) == 0 ? Cost.NONE : Cost.NONE.snapshots(1),
        "Li, Grandvalet and Davoine 2018, Explicit inductive bias for transfer learning with"
            + " convolutional networks, arXiv:1802.01483");
  }

  private static final String MEMORY = "anchor";

  /** The weights towards which the penalty pulls. */
  enum Anchor {
    /** The weights before the first task. */
    PRETRAINED,
    /** The weights after the last finished task. */
    PREVIOUS
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return lambda == 0 ? point -> site.tf().constant(0f) : new Bound(site);
  }

  private final class Bound implements BoundRegularizer {
    private final RegularizerSite site;

    Bound(RegularizerSite site) {
      this.site = site;
    }

    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      Ops tf = site.tf();
      boolean first = site.finishedTasks() == 0;
      if (first && anchor == Anchor.PREVIOUS) {
        return tf.constant(0f);
      }
      Tensors a = first ? site.start() : site.memory(MEMORY);
      Tensors moved = point.at().tensors().minus(tf, a);
      return tf.math.mul(tf.constant((float) (lambda / 2)), moved.dot(tf, moved));
    }

    @Override
    public void afterTask(FinishedTask task) {
      if (anchor == Anchor.PREVIOUS) {
        task.remember(MEMORY, task.weights());
      } else if (task.index() == 0) {
        task.remember(MEMORY, task.start());
      }
    }
  }
}
