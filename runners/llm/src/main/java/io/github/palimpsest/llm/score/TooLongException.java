package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.PalimpsestException;

/** Items that a model cannot be asked, since they are {@link TooLong}. */
public final class TooLongException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  TooLongException(String message) {
    super(message);
  }
}
