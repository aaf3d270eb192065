package io.github.palimpsest.llm.score;

import java.util.List;

/**
 * A continuation that alone has more tokens than a model is given. Only a context may be cut: the
 * likelihood of a part of a continuation could not be compared with that of whole ones.
 *
 * @param item the record or item
 * @param what the continuation: {@code choice 1}, {@code the target}
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
    TooLong first = found.get(0);
    return "%d of %d items %s a choice or target with more than the %d tokens that the model is given; %s%s: %s has %d tokens"
        .formatted(
            found.size(),
            items,
            found.size() == 1 ? "has" : "have",
            most,
            found.size() == 1 ? "" : "the first is ",
            first.item,
            first.what,
            first.tokens);
  }
}
