package io.github.palimpsest.api;

/**
 * A failure whose message is meant for the person who gave the input: it names the thing, the value
 * and what is allowed. A runner prints the message alone, without a stack trace.
 */
@Stable(since = "0.1")
public class PalimpsestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, with which value, and what would be right
   */
  public PalimpsestException(String message) {
    super(message);
  }

  /**
   * @param message what is wrong, with which value, and what would be right
   * @param cause what was caught
   */
  public PalimpsestException(String message, Throwable cause) {
    super(message, cause);
  }
}
