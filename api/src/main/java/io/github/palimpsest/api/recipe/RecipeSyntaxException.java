package io.github.palimpsest.api.recipe;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;

/** Recipe text that cannot be read; the message shows the line and marks the place. */
@Stable(since = "0.1")
public final class RecipeSyntaxException extends PalimpsestException {
  private static final long serialVersionUID = 1L;
  private final int offset;

  RecipeSyntaxException(String text, int offset, String problem) {
    super(
        problem
            + " at column "
            + (offset + 1)
            + " of recipe: "
            + text.substring(0, Math.min(offset, text.length()))
            + ">>>"
            + text.substring(Math.min(offset, text.length())));
    this.offset = offset;
  }

  /** The index in the text, from 0, where reading stopped. */
  public int offset() {
    return offset;
  }
}
