package io.github.palimpsest.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.engine.divergence.DivergedException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SamplingTest {
  private static final int DRAWS = 20_000;

  /** Probabilities 0.1, 0.4, 0.2, 0.3 at temperature 1, after one foreign logit. */
  private static final float[] LOGITS = {
    99, (float) Math.log(0.1), (float) Math.log(0.4), (float) Math.log(0.2), (float) Math.log(0.3)
  };

  private static double[] shares(Sampling sampling) {
    RandomGenerator rng = Streams.stream(7, "sampling", 0, 0);
    double[] shares = new double[4];
    for (int n = 0; n < DRAWS; n++) {
      shares[sampling.choose(LOGITS, 1, 4, rng)] += 1.0 / DRAWS;
    }
    return shares;
  }

  private static void close(double[] actual, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      // five standard errors of a share, and what adding it up rounds
      double error = 1e-9 + 5 * Math.sqrt(expected[i] * (1 - expected[i]) / DRAWS);
      assertThat(actual[i]).as("share of token " + i).isCloseTo(expected[i], within(error));
    }
  }

  @Test
  void greedyTakesTheLikeliestAndDrawsNothing() {
    RandomGenerator none =
        () -> {
          throw new AssertionError("drew");
        };
    assertThat(Sampling.GREEDY.choose(LOGITS, 1, 4, none)).isEqualTo(1);
    assertThat(Sampling.GREEDY.choose(new float[] {2, 5, 5}, 0, 3, none))
        .as("the first of equals")
        .isEqualTo(1);
  }

  @Test
  void no_token_is_chosen_of_logits_that_are_not_finite() {
    float[] broken = {Float.NaN, Float.NaN};
    RandomGenerator rng = Streams.stream(7, "sampling", 0, 0);
    assertThatThrownBy(() -> Sampling.GREEDY.choose(broken, 0, 2, rng))
        .isInstanceOf(DivergedException.class)
        .hasMessage("the model's logit of token 0 is NaN: its weights are too large");
    assertThatThrownBy(() -> new Sampling(1, 0, 1).choose(broken, 0, 2, rng))
        .isInstanceOf(DivergedException.class);
    float[] infinite = {1, Float.POSITIVE_INFINITY};
    assertThatThrownBy(() -> Sampling.GREEDY.choose(infinite, 0, 2, rng))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("of token 1 is Infinity");
  }

  @Test
  void tokensAreDrawnByTheirProbability() {
    close(shares(new Sampling(1, 0, 1)), 0.1, 0.4, 0.2, 0.3);
  }

  @Test
  void temperatureRaisesProbabilitiesToItsInverse() {
    double sum = 0.01 + 0.16 + 0.04 + 0.09;
    close(shares(new Sampling(0.5, 0, 1)), 0.01 / sum, 0.16 / sum, 0.04 / sum, 0.09 / sum);
  }

  @Test
  void topKKeepsTheLikeliest() {
    close(shares(new Sampling(1, 2, 1)), 0, 0.4 / 0.7, 0, 0.3 / 0.7);
  }

  @Test
  void topPKeepsTheFewestThatReachIt() {
    close(shares(new Sampling(1, 0, 0.75)), 0, 0.4 / 0.9, 0.2 / 0.9, 0.3 / 0.9);
    close(shares(new Sampling(1, 0, 0.1)), 0, 1, 0, 0);
    // of the two that top-k leaves, 0.4 / 0.7 alone reaches one half
    close(shares(new Sampling(1, 2, 0.5)), 0, 1, 0, 0);
  }

  @Test
  void aValueOutsideItsRangeIsNamed() {
    refused(-1, 0, 1, "the temperature must be at least 0, not -1.0");
    refused(Double.NaN, 0, 1, "the temperature must be at least 0, not NaN");
    refused(1, -1, 1, "top-k must be at least 0, not -1");
    refused(1, 0, 0, "top-p must be above 0 and at most 1, not 0.0");
    refused(1, 0, 1.5, "top-p must be above 0 and at most 1, not 1.5");
  }

  private static void refused(double temperature, int topK, double topP, String message) {
    assertThatThrownBy(() -> new Sampling(temperature, topK, topP))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(message);
  }
}
