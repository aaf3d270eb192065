package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;

/**
 * One record of a data file: what a model reads and what it is to predict, still as text.
 *
 * @param origin where it stands, for messages: {@code file:line}
 * @param number its place in the file, from 0, whatever was selected
 * @param exchanges what is read and learned in turn; for plain text one exchange without context
 * @param answers whether the responses are answers, each ended by the end-of-sequence token; false
 *     for plain text
 */
public record Document(String origin, int number, List<Exchange> exchanges, boolean answers) {
  /**
   * Copies the list.
   *
   * @throws PalimpsestException if there is no exchange
   */
  public Document {
    exchanges = List.copyOf(exchanges);
    if (exchanges.isEmpty()) {
      throw new PalimpsestException(origin + ": there is nothing to learn");
    }
  }

  /** About how many characters it has: of a text that stays in its file, the bytes. */
  long length() {
    long length = 0;
    for (Exchange e : exchanges) {
      length += e.context().length() + e.responseLength();
    }
    return length;
  }
}
