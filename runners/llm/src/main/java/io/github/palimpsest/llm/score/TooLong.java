package io.github.palimpsest.llm.score;

import java.util.List;

/**
 * A text that has more tokens than a model is given and may not be cut: a continuation alone, since
 * the likelihood of a part of it could not be compared with that of whole ones, or a prompt with
 * its answer.
 *
 * @param item the record or item
 * @param what the text: {@code choice 1}, {@code the target}
 * @param tokens its tokens
 */
public record TooLong(String item, String what, int tokens) {
  /**
   * What to tell of items.
   *
   * @param found one for each item that is too long, at least one
   * @param items how many there are with those that fit
   * @param most the tokens that a model is given
   */
  public static String told(List<TooLong> found, int items, int most) {
    return told("a choice or target with more than the " + most, found, items);
  }

  /**
   * What to tell of prompts that leave a model no room for their right answers.
   *
   * @param found one for each item that is too long, at least one
   * @param items how many there are with those that fit
   * @param most the model's positions
   */
  public static String toldOfPrompts(List<TooLong> found, int items, int most) {
    return told("a prompt and answer with more than the " + most, found, items);
  }

  private static String told(String what, List<TooLong> found, int items) {
    TooLong first = found.get(0);
    return "%d of %d items %s %s tokens that the model is given; %s%s: %s has %d tokens"
        .formatted(
            found.size(),
            items,
            found.size() == 1 ? "has" : "have",
            what,
            found.size() == 1 ? "" : "the first is ",
            first.item,
            first.what,
            first.tokens);
  }
}
