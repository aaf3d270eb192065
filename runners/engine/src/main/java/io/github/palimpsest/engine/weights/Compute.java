package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What products with a model's kernels and tables are computed in while it trains. Weights,
 * gradients, optimizer state, norms, softmax and loss are float32 in either case (CON-14), and
 * scores of a trained model always are.
 */
public enum Compute {
  /** Single precision throughout. */
  FLOAT32,
  /**
   * Factors rounded to bfloat16, 8 bits of precision and the range of float32: a relative error of
   * about 0.4 % for each factor, and no loss scaling. A product that an adapter makes of its own
   * parameters stays in float32.
   */
  BFLOAT16;

  /**
   * Reads {@code float32} or {@code bfloat16}.
   *
   * @throws PalimpsestException if it is neither; float16 with a reason
   */
  public static Compute parse(String text) {
    for (Compute c : values()) {
      if (c.toString().equals(text)) {
        return c;
      }
    }
    if (List.of("float16", "fp16", "half").contains(text)) {
      throw new PalimpsestException(
          "compute '"
              + text
              + "' is not supported: its range is too small for gradients; bfloat16 has that of"
              + " float32");
    }
    List<String> words = Arrays.stream(values()).map(Compute::toString).toList();
    throw new PalimpsestException(
        "compute '"
            + text
            + "' is neither "
            + String.join(" nor ", words)
            + NearestName.hint(text, words));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
