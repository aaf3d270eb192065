package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.PalimpsestException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a task file. A search that looks at a text far too often, as some
 * expressions make it do, ends in an error.
 *
 * @param pattern in Java's syntax; {@code \s}, {@code \w} and {@code \d} are those of Unicode
 */
public record Search(Pattern pattern) {
  private static final int MAX_LENGTH = 10_000;
  private static final long LOOKS = 10_000_000;
  private static final long LOOKS_PER_CHARACTER = 1_000;

  /**
   * Reads an expression.
   *
   * @throws PalimpsestException if it is malformed or longer than 10,000 characters
   */
  public static Search of(String expression) {
    if (expression.length() > MAX_LENGTH) {
      throw new PalimpsestException(
          "a regular expression has at most " + MAX_LENGTH + " characters");
    }
    try {
      return new Search(
          Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES));
    } catch (PatternSyntaxException e) {
      throw new PalimpsestException(
          "'" + expression + "' is not a regular expression: " + e.getDescription(), e);
    } catch (StackOverflowError e) {
      throw new PalimpsestException("'" + expression + "' is nested too deep", e);
    }
  }

  Matcher matcher(String text) {
    return pattern.matcher(new Watched(text, new Looks(text.length())));
  }

  /** Runs a search whose recursion may be too deep. */
  <T> T guarded(Supplier<T> search) {
    try {
      return search.get();
    } catch (StackOverflowError e) {
      throw new PalimpsestException("'" + pattern + "' recurses too deep on a text", e);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new PalimpsestException(
          "the replacement of '" + pattern + "' is wrong: " + e.getMessage(), e);
    }
  }

  private final class Looks {
    private long left;

    Looks(int length) {
      left = LOOKS + LOOKS_PER_CHARACTER * length;
    }

    void look() {
      if (--left < 0) {
        throw new PalimpsestException(
            "'" + pattern + "' takes too long on a text; write it without nested repetition");
      }
    }
  }

  /** A text that counts how often it is looked at. */
  private record Watched(String text, Looks looks) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      looks.look();
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Watched(text.substring(start, end), looks);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
