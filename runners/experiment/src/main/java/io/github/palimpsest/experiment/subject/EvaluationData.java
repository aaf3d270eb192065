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
 * The data of an evaluation set: documents, which are encoded to tokens, or questions with choices.
 *
 * @param set the set in the experiment file
 * @param documents for all measures except accuracy
 * @param choices for accuracy
 * @param encoded the documents in windows; null before {@link #encoded}
 * @param counts the counts of the records
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
   * A copy for scoring: windows or documents, at most as many as the set asks for.
   *
   * @param length the largest number of tokens in a window
   */
  public EvaluationData encoded(TextTokenizer tokenizer, int length) {
    return switch (set.measure()) {
      case NATS_PER_TOKEN -> {
        // documents are not cut: long ones are scored in windows
        boolean windows = set.windows() && documents.stream().noneMatch(Document::answers);
        ExampleEncoder encoder =
            windows // each is a separate example, as in training
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

  /** The evaluation data in the form of training data; questions with the correct answer. */
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
