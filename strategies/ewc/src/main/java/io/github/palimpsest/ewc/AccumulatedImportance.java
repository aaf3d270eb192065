package io.github.palimpsest.ewc;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A quadratic penalty around the weights after the last finished task, whose importance adds up
 * over the finished tasks.
 */
final class AccumulatedImportance implements BoundRegularizer {
  private static final String OMEGA = "omega";
  private static final String ANCHOR = "anchor";

  private final QuadraticPenalty.Sum sum;
  private final Function<FinishedTask, WeightSnapshot> ofTask;

  private AccumulatedImportance(
      QuadraticPenalty.Sum sum, Function<FinishedTask, WeightSnapshot> ofTask) {
    this.sum = sum;
    this.ofTask = ofTask;
  }

  /**
   * With importances of at least 0.
   *
   * @param strength of the penalty
   * @param ofTask the importance of each weight for a task that is finished
   */
  static AccumulatedImportance of(
      RegularizerSite site, double strength, Function<FinishedTask, WeightSnapshot> ofTask) {
    return new AccumulatedImportance(
        QuadraticPenalty.Sum.remembered(site, strength, OMEGA, omega -> omega, ANCHOR), ofTask);
  }

  /** With importances of either sign, whose sum over the tasks counts where it is above 0. */
  static AccumulatedImportance signed(
      RegularizerSite site, double strength, Function<FinishedTask, WeightSnapshot> ofTask) {
    Ops tf = site.tf();
    return new AccumulatedImportance(
        QuadraticPenalty.Sum.remembered(
            site,
            strength,
            OMEGA,
            omega -> omega.map(x -> tf.math.maximum(x, tf.constant(0f))),
            ANCHOR),
        ofTask);
  }

  @Override
  public Operand<TFloat32> penalty(LossPoint point) {
    return sum.value(point.at(), point.at().tensors());
  }

  @Override
  public Optional<Tensors> gradient(LossPoint point) {
    return sum.gradient(point.at());
  }

  @Override
  public void afterTask(FinishedTask task) {
    WeightSnapshot latest = ofTask.apply(task);
    WeightSnapshot omega =
        task.recall(OMEGA).map(old -> Importance.sum(1, old, latest)).orElse(latest);
    task.remember(OMEGA, omega);
    task.remember(ANCHOR, task.weights());
  }
}
