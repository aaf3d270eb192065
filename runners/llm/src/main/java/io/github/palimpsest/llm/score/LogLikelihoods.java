package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import java.util.List;

/** How likely a model finds the targets of examples. */
public interface LogLikelihoods {
  /**
   * The targets of one example.
   *
   * @param nats minus the sum of the natural log-probabilities of the targets
   * @param targets how many there are
   * @param right how many of them are the model's most likely token
   */
  record Outcome(double nats, int targets, int right) {
    /** Whether greedy generation would have given all of them. */
    public boolean greedy() {
      return right == targets;
    }
  }

  /** The outcome of each example, in the order given. */
  List<Outcome> of(List<Example> examples);
}
