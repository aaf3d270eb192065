package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.llm.text.DataSource;
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
 * @param counts what became of the records
 */
public record EvaluationData(
    DataSet set,
    List<Document> documents,
    List<ChoiceItem> choices,
    @Nullable List<ScoredText> encoded,
    DataCounts counts) {

  public static EvaluationData documents(DataSet set, List<Document> documents) {
    return documents(set, new DataSource.Read(documents, DataCounts.of(documents.size())));
  }

  public static EvaluationData documents(DataSet set, DataSource.Read read) {
    return new EvaluationData(set, read.documents(), List.of(), null, read.counts());
  }

  static EvaluationData choices(DataSet set, List<ChoiceItem> choices) {
    List<ChoiceItem> some = Spread.over(choices, set.testExamples());
    DataCounts counts = DataCounts.of(choices.size()).chosen(choices.size(), some.size());
    return new EvaluationData(set, List.of(), some, null, counts);
  }

  /**
   * The same, ready to be scored: in windows or documents, no more than the set asks for.
   *
   * @param length the most tokens of a window
   */
  public EvaluationData encoded(TextTokenizer tokenizer, int length) {
    return switch (set.measure()) {
      case NATS_PER_TOKEN -> {
        // no document is cut: one that is too long is scored in windows
        boolean windows = set.windows() && documents.stream().noneMatch(Document::answers);
        ExampleEncoder encoder =
            windows // each is an example of its own, as in training
                ? new ExampleEncoder(tokenizer, length, true, false)
                : ExampleEncoder.whole(tokenizer);
        ExampleEncoder.Encoded all = encoder.encode(set.name(), documents);
        List<ScoredText> texts =
            windows ? ScoredText.of(all) : ScoredText.of(all, length, length - 1);
        List<ScoredText> some = Spread.over(texts, set.testExamples());
        yield new EvaluationData(
            set,
            documents,
            choices,
            some,
            counts
                .encoded(all.dropped(), all.cut(), all.examples().size())
                .chosen(texts.size(), some.size()));
      }
      case EXACT_MATCH -> {
        List<Document> some = Spread.over(documents, set.testExamples());
        yield new EvaluationData(
            set, some, choices, null, counts.chosen(documents.size(), some.size()));
      }
      case ACCURACY -> this;
    };
  }

  /** What is evaluated on, as it would be trained on: of questions, those with the right answer. */
  List<Document> asked() {
    return choices.isEmpty() ? documents : choices.stream().map(TaskDocuments::answered).toList();
  }

  public List<ScoredText> texts() {
    if (encoded == null) {
      throw new IllegalStateException("set '" + set.name() + "' is not encoded");
    }
    return encoded;
  }

  /** All windows, for probes. */
  public List<Example> examples() {
    return texts().stream().flatMap(text -> text.windows().stream()).toList();
  }
}
