package io.github.palimpsest.serve;

import io.github.palimpsest.llm.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The text of a growing answer, up to the first text that stops it. */
final class AnswerText {
  /** Tokens of the prompt that are decoded with the answer: they decide on the first space. */
  private static final int CONTEXT = 8;

  private static final char UNFINISHED = '\uFFFD';

  private final TextTokenizer tokenizer;
  private final int[] context;
  private final String before;
  private final List<String> stops;
  private final List<Integer> ids = new ArrayList<>();
  private String text = "";
  private int given;
  private boolean stopped;

  AnswerText(TextTokenizer tokenizer, int[] prompt, List<String> stops) {
    this.tokenizer = tokenizer;
    this.context = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - CONTEXT), prompt.length);
    this.before = tokenizer.decode(context);
    this.stops = stops;
  }

  /** Adds a token; returns the text that has become certain. */
  String add(int id) {
    ids.add(id);
    int[] all = IntStream.concat(IntStream.of(context), ids.stream().mapToInt(i -> i)).toArray();
    String decoded = tokenizer.decode(all);
    text =
        decoded.startsWith(before)
            ? decoded.substring(before.length())
            : tokenizer.decode(ids.stream().mapToInt(i -> i).toArray());
    int cut =
        stops.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(text.length());
    if (cut < text.length()) {
      stopped = true;
      text = text.substring(0, cut);
    }
    return piece(stopped ? text.length() : certain());
  }

  boolean stopped() {
    return stopped;
  }

  String whole() {
    return text;
  }

  /** What has not been given yet. */
  String rest() {
    return piece(text.length());
  }

  private String piece(int to) {
    if (to <= given) {
      return "";
    }
    String piece = text.substring(given, to);
    given = to;
    return piece;
  }

  /** The length without a character whose bytes are incomplete, or the beginning of a stop. */
  private int certain() {
    int length = text.length();
    while (length > 0 && text.charAt(length - 1) == UNFINISHED) {
      length--;
    }
    for (int from = Math.max(given, 0); from < length; from++) {
      String end = text.substring(from, length);
      if (stops.stream().anyMatch(stop -> stop.startsWith(end))) {
        return from;
      }
    }
    return length;
  }
}
