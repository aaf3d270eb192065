package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Optional;

/**
 * One record of a data file as text: the text that a model reads and the text that it must predict.
 *
 * @param origin the place of the record, for messages: {@code file:line}
 * @param number its index in the file, from 0, independent of any selection
 * @param exchanges the contexts and responses in order; for plain text one exchange without context
 * @param answers whether the responses are answers, each ended by the end-of-sequence token; false
 *     for plain text
 * @param rest for a complete text, such as a chat template writes, the text after the last
 *     response; it is tokenised as a whole, and no token is added. Empty for all others
 */
public record Document(
    String origin, int number, List<Exchange> exchanges, boolean answers, Optional<String> rest) {
  /** A document whose first and last tokens the tokenizer adds. */
  public Document(String origin, int number, List<Exchange> exchanges, boolean answers) {
    this(origin, number, exchanges, answers, Optional.empty());
  }

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

  /** The approximate number of characters; for a text that stays in its file, the bytes. */
  long length() {
    long length = 0;
    for (Exchange e : exchanges) {
      length += e.context().length() + e.responseLength();
    }
    return length;
  }
}
