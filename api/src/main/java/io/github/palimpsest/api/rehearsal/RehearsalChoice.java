package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Chooses the rehearsed examples of each step by their losses at the current weights, such as those
 * whose loss the step would raise most. The examples of finished tasks in a batch of {@link
 * Rehearsal#epoch} are then only candidates: a runner computes their losses before the step, trains
 * the chosen ones with the other examples of the batch, and drops the rest.
 *
 * <p>A choice is a pure function of its arguments (DAT-10): it has no random source and no memory,
 * so a continued run chooses the same. Draw what is random in {@link Rehearsal#epoch}.
 */
@Experimental(since = "0.1")
public interface RehearsalChoice {
  /**
   * The step length {@code alpha > 0} of a virtual step, if the choice reads {@link
   * Candidates#lossAfter}: {@code theta_v = theta - alpha g}, with {@code g} the gradient of the
   * mean loss per target token of {@link Candidates#current} with respect to the trainable
   * parameters at {@code theta}, without penalties, noise of an adapter and token weights. It does
   * not change the weights. It costs a pass over the current examples, and the losses at each of
   * the two points a forward pass over the candidates.
   *
   * @return empty if the losses at the current weights are enough; the same for each call
   */
  OptionalDouble virtualStep();

  /**
   * The candidates that are trained.
   *
   * @param of the candidates of a step and their losses, at least one
   * @return their places among {@link Candidates#examples}, each at most once, in the order in
   *     which they follow the other examples; empty for none
   */
  List<Integer> chosen(Candidates of);
}
