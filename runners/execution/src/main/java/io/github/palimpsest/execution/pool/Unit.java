package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.RunEvent;
import java.util.Optional;

/**
 * What a worker is at, for all that its events say.
 *
 * @param id the stage that it trains, or the cell that it scores
 * @param scoring whether it scores
 */
public record Unit(String id, boolean scoring) {
  /** What a worker is at after an event. */
  public static Optional<Unit> after(RunEvent event, Optional<Unit> before) {
    if (event instanceof RunEvent.Training training) {
      return Optional.of(new Unit(training.stage(), false));
    }
    if (event instanceof RunEvent.Scoring scoring) {
      return Optional.of(new Unit(scoring.cell(), true));
    }
    boolean over =
        event instanceof RunEvent.Skipped
            || event instanceof RunEvent.Finished
            || event instanceof RunEvent.Failed;
    return over ? Optional.empty() : before;
  }

  /** When the worker was there, after a verb. */
  public String words() {
    return scoring ? " while it scored cell " + id : " while it trained stage " + id;
  }
}
