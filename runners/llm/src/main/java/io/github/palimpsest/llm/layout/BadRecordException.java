package io.github.palimpsest.llm.layout;

import io.github.palimpsest.api.PalimpsestException;

/**
 * One record cannot be read, and those after it can: it is not JSON or UTF-8, or lacks a key of its
 * format, or has another type of value. The message begins with its place, {@code file:line}.
 */
public final class BadRecordException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  /**
   * @param cause the refusal, with the place of the record
   */
  public BadRecordException(PalimpsestException cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }

  /**
   * @param message the place of the record and what is wrong
   * @param cause the refusal
   */
  public BadRecordException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * @param message the place of the record and what is wrong
   */
  public BadRecordException(String message) {
    super(message);
  }
}
