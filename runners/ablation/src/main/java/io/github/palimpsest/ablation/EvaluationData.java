package io.github.palimpsest.ablation;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a set is scored on: documents, as tokens once they are encoded, or questions with choices.
 *
 * @param set the set as the experiment file names it
 * @param documents for all measures but accuracy
 * @param choices for accuracy
 * @param encoded the documents in windows; null before {@link #encoded}
 */
record EvaluationData(
    DataSet set,
    List<Document> documents,
    List<ChoiceItem> choices,
    @Nullable List<ScoredText> encoded) {

  static EvaluationData documents(DataSet set, List<Document> documents) {
    return new EvaluationData(set, documents, List.of(), null);
  }

  static EvaluationData choices(DataSet set, List<ChoiceItem> choices) {
    return new EvaluationData(set, List.of(), Spread.over(choices, set.testExamples()), null);
  }

  /**
   * The same, ready to be scored: in windows or documents, no more than the set asks for.
   *
   * @param length the most tokens of a window
   */
  EvaluationData encoded(TextTokenizer tokenizer, int length) {
    return switch (set.measure()) {
      case NATS_PER_TOKEN ->
          new EvaluationData(
              set, documents, choices, Spread.over(texts(tokenizer, length), set.testExamples()));
      case EXACT_MATCH ->
          new EvaluationData(set, Spread.over(documents, set.testExamples()), choices, null);
      case ACCURACY -> this;
    };
  }

  /** No document is cut: one that is too long is scored in windows. */
  private List<ScoredText> texts(TextTokenizer tokenizer, int length) {
    if (set.windows() && documents.stream().noneMatch(Document::answers)) {
      // each window is an example of its own, as in training
      ExampleEncoder encoder = new ExampleEncoder(tokenizer, length, true, false);
      return ScoredText.of(encoder.encode(set.name(), documents));
    }
    ExampleEncoder.Encoded whole = ExampleEncoder.whole(tokenizer).encode(set.name(), documents);
    return ScoredText.of(whole, length, length - 1);
  }

  /** What is evaluated on, as it would be trained on: of questions, those with the right answer. */
  List<Document> asked() {
    return choices.isEmpty() ? documents : choices.stream().map(TaskDocuments::answered).toList();
  }

  List<ScoredText> texts() {
    if (encoded == null) {
      throw new IllegalStateException("set '" + set.name() + "' is not encoded");
    }
    return encoded;
  }

  /** All windows, for probes. */
  List<Example> examples() {
    return texts().stream().flatMap(text -> text.windows().stream()).toList();
  }
}
