package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.data.Example;
import java.util.List;

/** The examples of a step among which a {@link RehearsalChoice} chooses. Runners implement it. */
@Experimental(since = "0.1")
public interface Candidates {
  /** The examples of the current task in the batch, in order. */
  List<Example> current();

  /** The examples of finished tasks in the batch, in order; an example can occur twice. */
  List<Example> examples();

  /**
   * The loss of a candidate at the weights {@code theta} before the step.
   *
   * @param place its place in {@link #examples}
   * @return the mean over its target tokens, in nats, finite; 0 without target tokens
   * @throws IndexOutOfBoundsException if there is no such place
   */
  double lossBefore(int place);

  /**
   * The loss of a candidate after the virtual step, at {@code theta_v}.
   *
   * @param place its place in {@link #examples}
   * @return as {@link #lossBefore}; positive infinity if the virtual step makes it not finite
   * @throws IndexOutOfBoundsException if there is no such place
   * @throws IllegalStateException if the choice declares no {@link RehearsalChoice#virtualStep}
   */
  double lossAfter(int place);
}
