package io.github.palimpsest.llm.score;

import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.List;

/**
 * Whether a greedily generated answer is the expected one, apart from white space at either end.
 */
public final class ExactMatch {
  private ExactMatch() {}

  /** Generates greedily. */
  @FunctionalInterface
  public interface Answers {
    /**
     * Answers prompts.
     *
     * @param prompts token ids
     * @param maxNewTokens the most tokens of an answer
     * @return for each prompt the new tokens, up to the end token and without it
     */
    List<int[]> of(List<int[]> prompts, int maxNewTokens);
  }

  /**
   * Measures a model on documents with answers; in a chat, the last turn is generated.
   *
   * @param task the prefix of the examples' ids
   * @param maxNewTokens the largest number of tokens in an answer; a longer expected answer counts
   *     as wrong
   */
  public static Score of(
      Answers model,
      ExampleEncoder encoder,
      String task,
      List<Document> documents,
      int maxNewTokens) {
    List<int[]> answers = model.of(documents.stream().map(encoder::prompt).toList(), maxNewTokens);
    double[] right = new double[documents.size()];
    for (int i = 0; i < right.length; i++) {
      Document d = documents.get(i);
      String expected = d.exchanges().get(d.exchanges().size() - 1).response().strip();
      String given = encoder.tokenizer().decode(answers.get(i)).strip();
      right[i] = given.equals(expected) ? 1 : 0;
    }
    return Score.mean(
        "exact_match", documents.stream().map(d -> task + "/" + d.number()).toList(), right);
  }
}
