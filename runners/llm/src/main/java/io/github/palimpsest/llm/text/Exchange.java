package io.github.palimpsest.llm.text;

import java.io.Reader;
import java.io.StringReader;
import java.util.Objects;
import java.util.Optional;

/**
 * A text to read and a text to learn. Two exchanges are equal if their texts are equal. A long
 * plain text stays in its file: {@link #response()} loads it, {@link #reader()} does not.
 */
public final class Exchange {
  private final String context;
  private final String response;
  private final Optional<FileText> stored;

  /**
   * @param context the context: a prompt with its template; may be empty
   * @param response the text to predict from the context
   */
  public Exchange(String context, String response) {
    this.context = context;
    this.response = response;
    this.stored = Optional.empty();
  }

  /** A text in a file, without context. */
  Exchange(FileText text) {
    this.context = "";
    this.response = "";
    this.stored = Optional.of(text);
  }

  /** The context: a prompt with its template; may be empty. */
  public String context() {
    return context;
  }

  /** The text to predict, as one text in memory. */
  public String response() {
    return stored.map(FileText::text).orElse(response);
  }

  /** Reads the text to predict from its beginning, without loading all of it. */
  public Reader reader() {
    return stored.<Reader>map(FileText::reader).orElseGet(() -> new StringReader(response));
  }

  /** The number of UTF-8 bytes of the response. */
  public long responseBytes() {
    return stored.map(FileText::size).orElseGet(() -> Utf8Text.size(response));
  }

  /** The number of characters of the response; if it is in a file, the number of bytes. */
  long responseLength() {
    return stored.map(FileText::size).orElse((long) response.length());
  }

  /** Whether the response is in a file, and too long to be loaded without need. */
  public boolean isStored() {
    return stored.isPresent();
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Exchange e) || !context.equals(e.context)) {
      return false;
    }
    return stored.isPresent() && e.stored.isPresent()
        ? stored.get().sameAs(e.stored.get())
        : responseBytes() == e.responseBytes() && response().equals(e.response());
  }

  @Override
  public int hashCode() {
    // a stored text may equal a text in memory, and only its length is known without reading
    return Objects.hash(context, responseBytes());
  }

  @Override
  public String toString() {
    return "Exchange[context="
        + context
        + ", response="
        + stored.map(FileText::toString).orElse(response)
        + "]";
  }
}
