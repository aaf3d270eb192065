package io.github.palimpsest.llm.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The merges that a SentencePiece vocabulary implies: every way to make a token of two others, the
 * token of the highest score first. Ties are ordered as in {@code generate_merges} of transformers,
 * which makes the lists of the tokenizers that people download.
 */
final class PieceMerges {
  /** A merge of two tokens; lengths are in code points. */
  private record Merge(String left, String right, double score, int leftLength, int rightLength) {
    private static final Comparator<Merge> ORDER =
        Comparator.comparingDouble(Merge::score)
            .thenComparingInt(Merge::leftLength)
            .thenComparingInt(Merge::rightLength)
            .reversed();
  }

  private PieceMerges() {}

  /**
   * The merges, in order.
   *
   * @param scores one for each token; those of normal tokens count
   */
  static List<String[]> of(Vocabulary vocabulary, List<Number> scores) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.kinds().get(id) == Vocabulary.Kind.NORMAL) {
        ids.put(vocabulary.tokens().get(id), id);
      }
    }
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.kinds().get(id) == Vocabulary.Kind.NORMAL) {
        merges.addAll(of(vocabulary.tokens().get(id), scores.get(id).doubleValue(), ids));
      }
    }
    merges.sort(Merge.ORDER);
    return merges.stream().map(m -> new String[] {m.left(), m.right()}).toList();
  }

  private static List<Merge> of(String token, double score, Map<String, Integer> ids) {
    List<Merge> merges = new ArrayList<>();
    int length = token.codePointCount(0, token.length());
    int at = 0;
    for (int i = 1; i < length; i++) {
      at = token.offsetByCodePoints(at, 1);
      String left = token.substring(0, at);
      String right = token.substring(at);
      if (ids.containsKey(left) && ids.containsKey(right)) {
        merges.add(new Merge(left, right, score, i, length - i));
      }
    }
    merges.sort(
        Comparator.<Merge>comparingInt(m -> ids.get(m.left()))
            .thenComparingInt(m -> ids.get(m.right())));
    return merges;
  }
}
