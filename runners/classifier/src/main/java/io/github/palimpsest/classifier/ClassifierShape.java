package io.github.palimpsest.classifier;

import io.github.palimpsest.api.PalimpsestException;
import java.util.Locale;

/**
 * The shape of a classifier, without its classes.
 *
 * @param network the network
 * @param rows the number of rows of the embedding: the tokens of the vocabulary, with {@link
 *     Tokens#PADDING} and {@link Tokens#UNKNOWN}
 * @param width the width of an embedding and of each hidden state
 * @param layers the number of hidden layers, or of attention layers
 * @param heads the attention heads of a layer; no meaning for a network without attention
 * @param positions the maximum number of tokens of a text; longer texts lose their end
 */
public record ClassifierShape(
    Network network, int rows, int width, int layers, int heads, int positions) {
  /** The largest number of positions. */
  public static final int MOST_POSITIONS = 1 << 20;

  /** The networks that there are. The words are those of experiment files and of folders. */
  public enum Network {
    /** The mean of the embeddings of a text's tokens, then hidden layers: a bag of words. */
    MLP,
    /** Attention in both directions, then the mean of the states. */
    ENCODER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws PalimpsestException if a number is out of range, or the heads do not divide the width
   */
  public ClassifierShape {
    within("vocabulary", rows, 3, 1 << 24);
    within("width", width, 1, 1 << 14);
    within("layers", layers, network == Network.MLP ? 0 : 1, 100);
    within("heads", heads, 1, 1 << 10);
    within("max-length", positions, 1, MOST_POSITIONS);
    if (network == Network.ENCODER && width % heads != 0) {
      throw new PalimpsestException(heads + " heads do not divide a width of " + width);
    }
    if ((long) Math.max(rows, positions) * width > Integer.MAX_VALUE - 8) {
      throw new PalimpsestException(
          "a table of " + Math.max(rows, positions) + " rows of " + width + " is too large");
    }
  }

  private static void within(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new PalimpsestException(
          "'%s' of a classifier must be from %d to %d, not %d".formatted(what, min, max, value));
    }
  }
}
