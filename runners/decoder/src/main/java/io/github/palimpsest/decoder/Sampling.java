package io.github.palimpsest.decoder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.divergence.DivergedException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The rule for choosing the next token, in the order of transformers: divide the logits by the
 * temperature, keep the {@code topK} likeliest tokens, then keep the fewest of these that together
 * reach the probability {@code topP} (Holtzman et al. 2020, arXiv 1904.09751).
 *
 * @param temperature 0 always takes the likeliest token and draws nothing
 * @param topK 0 for no limit
 * @param topP above 0, at most 1; 1 for no limit
 */
public record Sampling(double temperature, int topK, double topP) {
  /** Always the likeliest token; in a tie, the token with the lowest id. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1);

  /**
   * @throws PalimpsestException if a value is out of its range
   */
  public Sampling {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new PalimpsestException("the temperature must be at least 0, not " + temperature);
    }
    if (topK < 0) {
      throw new PalimpsestException("top-k must be at least 0, not " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new PalimpsestException("top-p must be above 0 and at most 1, not " + topP);
    }
  }

  /**
   * Chooses a token, with one draw unless the temperature is 0.
   *
   * @param logits one row of {@code vocabulary} logits starting at {@code from}
   * @throws DivergedException if the largest is not finite
   */
  public int choose(float[] logits, int from, int vocabulary, RandomGenerator rng) {
    if (temperature == 0) {
      int best = 0;
      for (int i = 1; i < vocabulary; i++) {
        if (logits[from + i] > logits[from + best]) {
          best = i;
        }
      }
      return finite(logits[from + best], best);
    }
    int[] likeliest = likeliest(logits, from, vocabulary, topK == 0 ? vocabulary : topK);
    finite(logits[from + likeliest[0]], likeliest[0]);
    double[] weights = new double[likeliest.length];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] =
          StrictMath.exp((logits[from + likeliest[i]] - logits[from + likeliest[0]]) / temperature);
      total += weights[i];
    }
    double kept = 0;
    int count = 0;
    while (count < weights.length && (count == 0 || kept < topP * total)) {
      kept += weights[count++];
    }
    double left = rng.nextDouble() * kept;
    for (int i = 0; i < count; i++) {
      left -= weights[i];
      if (left < 0) {
        return likeliest[i];
      }
    }
    return likeliest[count - 1];
  }

  private static int finite(float logit, int token) {
    if (!Float.isFinite(logit)) {
      throw new DivergedException(
          "the model's logit of token " + token + " is " + logit + ": its weights are too large");
    }
    return token;
  }

  /**
   * The ids in descending order of logit; ids with equal logits are in ascending order.
   *
   * @param count at most this number of ids
   */
  public static int[] likeliest(float[] logits, int from, int vocabulary, int count) {
    long[] keys = new long[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      int bits = Float.floatToIntBits(logits[from + i]);
      int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
      keys[i] = (long) ~ascending << 32 | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).limit(count).mapToInt(key -> (int) key).toArray();
  }
}
