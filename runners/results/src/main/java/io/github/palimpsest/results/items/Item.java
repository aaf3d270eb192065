package io.github.palimpsest.results.items;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person needs in order to recognise an item of an evaluation set.
 *
 * @param id the set's name and the record's number, {@code NAME/7}
 * @param origin the place of the record: file and line
 * @param text the text that the model was given, in short; empty if there is none
 * @param choices the choices in short; empty if the model does not choose
 * @param gold the right choice, from 0; null if the model does not choose
 * @param expected the right answer in short, if the model does not choose; null otherwise
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Item(
    String id,
    String origin,
    String text,
    List<String> choices,
    @Nullable Integer gold,
    @Nullable String expected) {
  /** The longest text that is kept, in Unicode code points. */
  public static final int LONGEST = 400;

  private static final String ELLIPSIS = "\u2026";

  /** Requires an id, replaces missing texts with empty ones, and copies the list. */
  public Item {
    if (id == null) {
      throw new IllegalArgumentException("'id' is missing");
    }
    origin = origin == null ? "" : origin;
    text = text == null ? "" : text;
    choices = choices == null ? List.of() : List.copyOf(choices);
  }

  /** A question with choices; long texts are cut. */
  public static Item chosen(String id, String origin, String text, List<String> choices, int gold) {
    List<String> some = choices.stream().map(c -> cut(c, LONGEST)).toList();
    return new Item(id, origin, cut(text, LONGEST), some, gold, null);
  }

  /** A text with its right answer; long texts are cut. */
  public static Item answered(String id, String origin, String text, String expected) {
    return new Item(id, origin, cut(text, LONGEST), List.of(), null, cut(expected, LONGEST));
  }

  /** The right choice or answer; empty if the file has none. */
  public Optional<String> right() {
    return gold == null ? Optional.ofNullable(expected) : choice(gold);
  }

  /** A choice; empty if there is none with this number. */
  public Optional<String> choice(int number) {
    return number >= 0 && number < choices.size()
        ? Optional.of(choices.get(number))
        : Optional.empty();
  }

  /**
   * A text with at most a number of code points. Of a longer one the beginning and the end stay,
   * since a question often follows a long passage; an ellipsis marks the gap.
   *
   * @param most at least 3
   */
  public static String cut(String text, int most) {
    int points = text.codePointCount(0, text.length());
    if (points <= most) {
      return text;
    }
    int head = (most - 1) / 2;
    int tail = most - 1 - head;
    return text.substring(0, text.offsetByCodePoints(0, head))
        + ELLIPSIS
        + text.substring(text.offsetByCodePoints(text.length(), -tail));
  }
}
