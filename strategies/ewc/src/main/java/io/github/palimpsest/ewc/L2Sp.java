package io.github.palimpsest.ewc;

import io.github.palimpsest.api.BoundRegularizer;
import io.github.palimpsest.api.FinishedTask;
import io.github.palimpsest.api.LossPoint;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.RegularizerSite;
import io.github.palimpsest.api.Tensors;
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
 * <p>With the one-half. {@link Anchor#PRETRAINED} has the {@code a} of the paper, the weights
 * before the first task, and so acts from the first step on; {@link Anchor#PREVIOUS} has those of
 * the last finished task, and is elastic weight consolidation with {@code F = 1}. The value and the
 * gradient are exactly 0 at the anchor (REG-02).
 */
record L2Sp(double lambda, Anchor anchor) implements Regularizer {
  private static final String MEMORY = "anchor";

  /** Where the weights are held. */
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
