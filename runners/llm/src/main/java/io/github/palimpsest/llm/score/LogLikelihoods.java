package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import java.util.List;

/** The log-likelihoods of the targets of examples under a model. */
public interface LogLikelihoods {
  /**
   * The targets of one example.
   *
   * @param nats minus the sum of the natural log-probabilities of the targets
   * @param targets the number of targets
   * @param right the number of targets that are the model's most likely token
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
