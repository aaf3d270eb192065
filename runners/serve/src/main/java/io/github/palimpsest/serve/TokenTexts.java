package io.github.palimpsest.serve;

import io.github.palimpsest.llm.text.TextTokenizer;
import java.util.Arrays;

/**
 * The texts of tokens in their places: what each adds to the text of those before. A token by
 * itself can lack its blank, and a character can take several tokens.
 */
final class TokenTexts {
  /** Tokens before that are decoded with each: they decide on blanks, and begin characters. */
  private static final int CONTEXT = 8;

  private static final char UNFINISHED = '\uFFFD';

  private final TextTokenizer tokenizer;
  private final boolean skipSpecial;
  private int[] context;
  private String before;

  /**
   * @param context the tokens before the first
   * @param skipSpecial whether special tokens add nothing
   */
  TokenTexts(TextTokenizer tokenizer, int[] context, boolean skipSpecial) {
    this.tokenizer = tokenizer;
    this.skipSpecial = skipSpecial;
    this.context = last(context);
    before = certain(this.context);
  }

  /** The text of a token in the next place; by itself if it adds none there. */
  String of(int id) {
    String added = added(id);
    return added.isEmpty() ? tokenizer.decode(new int[] {id}, false) : added;
  }

  /** Puts a token into the next place; returns the number of characters that it adds. */
  int add(int id) {
    String added = added(id);
    context = last(with(id));
    before = certain(context);
    return added.codePointCount(0, added.length());
  }

  private String added(int id) {
    String all = certain(with(id));
    return all.startsWith(before) ? all.substring(before.length()) : "";
  }

  private int[] with(int id) {
    int[] all = Arrays.copyOf(context, context.length + 1);
    all[context.length] = id;
    return all;
  }

  private static int[] last(int[] ids) {
    return Arrays.copyOfRange(ids, Math.max(0, ids.length - CONTEXT), ids.length);
  }

  /** Without a character whose bytes are incomplete. */
  private String certain(int[] ids) {
    String text = tokenizer.decode(ids, skipSpecial);
    int length = text.length();
    while (length > 0 && text.charAt(length - 1) == UNFINISHED) {
      length--;
    }
    return text.substring(0, length);
  }
}
