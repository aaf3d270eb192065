package io.github.palimpsest.api;

/**
 * A failure whose message is meant for the person who gave the input: it names the object, the
 * value and the allowed values. A runner prints the message alone, without a stack trace.
 */
@Stable(since = "0.1")
public class PalimpsestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the error, the value and the allowed values
   */
  public PalimpsestException(String message) {
    super(message);
  }

  /**
   * @param message the error, the value and the allowed values
   * @param cause the caught exception
   */
  public PalimpsestException(String message, Throwable cause) {
    super(message, cause);
  }
}
