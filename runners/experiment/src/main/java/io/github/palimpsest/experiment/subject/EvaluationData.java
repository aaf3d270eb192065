package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetMeasure;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.llm.layout.ReadNotes;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.score.ChoiceScores;
import io.github.palimpsest.llm.score.ContinuationEncoder;
import io.github.palimpsest.llm.score.GreedyAnswers;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The data of an evaluation set: documents, which are encoded to tokens, or questions with choices.
 *
 * @param set the set as the experiment file names it
 * @param documents for all measures except those of choices
 * @param choices for measures of choices
 * @param encoded the documents in windows; null before {@link #encoded}
 * @param counts the counts of the records
 * @param notes what is told of the reading of a file of its own
 */
public record EvaluationData(
    DataSet set,
    List<Document> documents,
    List<ChoiceItem> choices,
    @Nullable List<ScoredText> encoded,
    DataCounts counts,
    ReadNotes notes) {

  public static EvaluationData documents(DataSet set, List<Document> documents) {
    return documents(set, new DataSource.Read(documents, DataCounts.of(documents.size())));
  }

  public static EvaluationData documents(DataSet set, DataSource.Read read) {
    return new EvaluationData(set, read.documents(), List.of(), null, read.counts(), read.notes());
  }

  static EvaluationData choices(DataSet set, ChoiceItem.Read read) {
    List<ChoiceItem> choices = read.items();
    List<ChoiceItem> some = Spread.over(choices, set.testExamples());
    long bad = read.notes().bad();
    DataCounts counts =
        DataCounts.of(choices.size() + bad).bad(bad).chosen(choices.size(), some.size());
    return new EvaluationData(set, List.of(), some, null, counts, read.notes());
  }

  /**
   * A copy that is ready to be scored: in windows or documents, at most as many as the set asks
   * for, and with what is cut counted.
   *
   * @param measure how the set is scored
   * @param length the most tokens that the model is given
   * @param positions the model's, which a prompt may fill whatever the length
   * @throws io.github.palimpsest.llm.score.TooLongException if a choice alone or a prompt with its
   *     answer is longer
   * @throws io.github.palimpsest.api.PalimpsestException if there is no target
   */
  public EvaluationData encoded(
      Measure measure, TextTokenizer tokenizer, int length, int positions) {
    if (measure instanceof TargetMeasure) {
      // documents are not cut: long ones are scored in windows
      ExampleEncoder encoder =
          inWindows() // each is a separate example, as in training
              ? new ExampleEncoder(tokenizer, length, true, false)
              : ExampleEncoder.whole(tokenizer);
      ExampleEncoder.Encoded all = encoder.encode(set.name(), documents);
      List<ScoredText> texts =
          inWindows() ? ScoredText.of(all) : ScoredText.of(all, length, length - 1);
      List<ScoredText> some = Spread.over(texts, set.testExamples());
      return new EvaluationData(
          set,
          documents,
          choices,
          some,
          counts
              .encoded(all.dropped(), all.cut(), all.examples().size())
              .chosen(texts.size(), some.size()),
          notes);
    }
    if (measure instanceof AnswerMeasure answers) {
      List<Document> some = Spread.over(documents, set.testExamples());
      EvaluationData asked =
          new EvaluationData(
              set, some, choices, null, counts.chosen(documents.size(), some.size()), notes);
      asked.requireRoom(answers, tokenizer, positions);
      return asked;
    }
    long cut = questions(tokenizer, length).cut();
    return new EvaluationData(
        set, documents, choices, null, counts.encoded(0, cut, counts.examples()), notes);
  }

  /**
   * Refuses prompts that do not fit with their answers.
   *
   * @param positions those that the model has for them
   * @throws io.github.palimpsest.llm.score.TooLongException if there are any
   */
  void requireRoom(AnswerMeasure measure, TextTokenizer tokenizer, int positions) {
    GreedyAnswers.requireRoom(
        ExampleEncoder.whole(tokenizer), documents, positions, Measures.tokens(set, measure));
  }

  /**
   * The questions as the model is given them.
   *
   * @throws io.github.palimpsest.llm.score.TooLongException if a choice alone is longer
   */
  ChoiceScores.Encoded questions(TextTokenizer tokenizer, int length) {
    return ChoiceScores.encoded(new ContinuationEncoder(tokenizer, length), set.name(), choices);
  }

  private boolean inWindows() {
    return set.windows() && documents.stream().noneMatch(Document::answers);
  }

  /** The right answers as targets, for the loss; those that are scored, whatever the measure. */
  List<ScoredText> targets(TextTokenizer tokenizer, int length) {
    return encoded == null
        ? ScoredText.of(
            ExampleEncoder.whole(tokenizer).encode(set.name(), asked()), length, length - 1)
        : encoded;
  }

  /** The text that the targets of a document or window are of. */
  String text(ScoredText scored, TextTokenizer tokenizer) {
    String id = scored.whole().id();
    if (inWindows()) {
      return tokenizer.decode(targets(scored.whole()));
    }
    String number = id.substring(set.name().length() + 1);
    return documents.stream()
        .filter(d -> number.equals(Integer.toString(d.number())))
        .findFirst()
        .map(d -> d.exchanges().stream().map(Exchange::response).collect(Collectors.joining()))
        .orElseThrow(() -> new IllegalArgumentException("no document of item '" + id + "'"));
  }

  private static int[] targets(Example example) {
    int[] ids = ((HostArray.Ints) example.fields().get(ExampleEncoder.IDS)).toArray();
    float[] weights = ((HostArray.Floats) example.fields().get(ExampleEncoder.TARGETS)).toArray();
    return IntStream.range(0, ids.length).filter(i -> weights[i] > 0).map(i -> ids[i]).toArray();
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

  /**
   * The largest batch of scoring.
   *
   * @param length the most tokens of a window
   * @param batch the examples that are scored together
   */
  ScoredBatch largestBatch(Measure measure, TextTokenizer tokenizer, int length, int batch) {
    if (measure instanceof TargetMeasure) {
      int rows = 0;
      int longest = 0;
      for (ScoredText text : texts()) {
        int tokens = Math.min(text.length(), text.whole().tokens());
        longest = Math.max(longest, tokens);
        // further windows than the batch has rows change nothing
        rows = Math.min(batch, rows + text.whole().tokens() / text.length() + 1);
      }
      return new ScoredBatch(rows, longest, false);
    }
    if (!choices.isEmpty()) {
      int answers = choices.stream().mapToInt(c -> c.choices().size()).sum();
      int longest = 0;
      for (ChoiceItem item : choices) {
        int query = tokenizer.prompt(item.query()).length;
        for (String choice : item.choices()) {
          longest = Math.max(longest, query + tokenizer.encode(" " + choice).length);
        }
      }
      return new ScoredBatch(Math.min(batch, answers), Math.min(length, longest), false);
    }
    return new ScoredBatch(Math.min(batch, documents.size()), length, true);
  }

  /** All windows, for probes. */
  public List<Example> examples() {
    return texts().stream().flatMap(text -> text.windows().stream()).toList();
  }
}
