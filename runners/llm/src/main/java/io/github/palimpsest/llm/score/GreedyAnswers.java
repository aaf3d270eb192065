package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Exchange;
import java.util.ArrayList;
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
              String response = last(d).response();
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

  /**
   * Refuses prompts that do not fit the model's positions together with their right answer, which
   * the model could then not give. Nothing is generated.
   *
   * @param positions the model's
   * @param maxNewTokens the most tokens of an answer
   * @throws TooLongException if there are any; names the first record and its tokens
   */
  public static void requireRoom(
      ExampleEncoder encoder, List<Document> documents, int positions, int maxNewTokens) {
    List<TooLong> found = new ArrayList<>();
    for (Document d : documents) {
      int prompt = encoder.prompt(d).length;
      int answer = Math.min(encoder.tokenizer().encode(last(d).response()).length, maxNewTokens);
      if (prompt + answer > positions) {
        String what = "the prompt has %d, with its answer it".formatted(prompt);
        found.add(new TooLong(d.origin(), what, prompt + answer));
      }
    }
    if (!found.isEmpty()) {
      throw new TooLongException(TooLong.toldOfPrompts(found, documents.size(), positions));
    }
  }

  /** The turn that is generated. */
  private static Exchange last(Document d) {
    return d.exchanges().get(d.exchanges().size() - 1);
  }

  private record Answer(String item, String text, List<String> expected)
      implements GeneratedAnswer {}
}
