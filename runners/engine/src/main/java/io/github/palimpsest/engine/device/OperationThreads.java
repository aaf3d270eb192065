package io.github.palimpsest.engine.device;

import io.github.palimpsest.api.PalimpsestException;

/**
 * Whether threads share an operation. The last digits of a result depend on it, and not on the
 * number of threads that share: for a product of matrices with a long inner dimension, the runtime
 * adds up other blocks of it on one thread than on several.
 */
public enum OperationThreads {
  /** Each operation takes one thread. */
  ONE,
  /** Several threads share an operation that is large enough. */
  SEVERAL;

  /**
   * Reads {@code one} or {@code several}.
   *
   * @throws PalimpsestException if it is neither
   */
  public static OperationThreads parse(String text) {
    return switch (text) {
      case "one" -> ONE;
      case "several" -> SEVERAL;
      default ->
          throw new PalimpsestException(
              "threads of an operation: '%s', neither one nor several".formatted(text));
    };
  }

  /** {@code one} or {@code several}, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return this == ONE ? "one" : "several";
  }

  static OperationThreads of(int threads) {
    return threads == 1 ? ONE : SEVERAL;
  }

  /**
   * The number of threads that gives the same digits.
   *
   * @param available the number of threads that is there for an operation
   */
  public int number(int available) {
    return this == ONE ? 1 : Math.max(2, available);
  }
}
