package io.github.palimpsest.llm.quickstart;

import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.Exchange;
import java.util.List;

/**
 * Questions and answers in text. The documents' numbers are unique in the task.
 *
 * @param name the task's name
 * @param training the training documents
 * @param evaluation the evaluation documents; none of them is in {@code training}
 */
public record QuickstartTask(String name, List<Document> training, List<Document> evaluation) {
  /** Copies both lists. */
  public QuickstartTask {
    training = List.copyOf(training);
    evaluation = List.copyOf(evaluation);
  }

  static Document document(String task, int number, String question, String answer) {
    Exchange exchange = new Exchange(question + "\n", answer);
    return new Document("quickstart " + task, number, List.of(exchange), true);
  }
}
