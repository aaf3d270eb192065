package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.engine.divergence.DivergedException;
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
    /**
     * The log-likelihood.
     *
     * @param item the item to name
     * @throws DivergedException if it is not finite: any choice could be taken for the likeliest
     */
    public double logLikelihood(String item) {
      if (!Double.isFinite(nats)) {
        throw new DivergedException("the log-likelihood of '" + item + "' is " + -nats);
      }
      return -nats;
    }

    /** Whether greedy generation would have given all of them. */
    public boolean greedy() {
      return right == targets;
    }
  }

  /** The outcome of each example, in the order given. */
  List<Outcome> of(List<Example> examples);
}
