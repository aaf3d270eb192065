package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.List;
import java.util.stream.IntStream;

/** What a model generates greedily for documents with answers, for a measure. */
public final class GreedyAnswers {
  private GreedyAnswers() {}

  /** Generates greedily. */
  @FunctionalInterface
  public interface Generation {
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
   * Asks a model; of a chat the last turn is generated.
   *
   * @param task the name that the items' ids begin with
   * @param maxNewTokens the most tokens of an answer
   */
  public static List<GeneratedAnswer> of(
      Generation model,
      ExampleEncoder encoder,
      String task,
      List<Document> documents,
      int maxNewTokens) {
    List<int[]> answers = model.of(documents.stream().map(encoder::prompt).toList(), maxNewTokens);
    return IntStream.range(0, documents.size())
        .mapToObj(
            i -> {
              Document d = documents.get(i);
              String response = d.exchanges().get(d.exchanges().size() - 1).response();
              String expected =
                  d.rest().isEmpty() // else the response has the tokens that end it
                      ? response
                      : encoder.tokenizer().decode(encoder.tokenizer().encode(response));
              String given = encoder.tokenizer().decode(answers.get(i));
              return (GeneratedAnswer)
                  new Answer(task + "/" + d.number(), given, List.of(expected));
            })
        .toList();
  }

  private record Answer(String item, String text, List<String> expected)
      implements GeneratedAnswer {}
}
