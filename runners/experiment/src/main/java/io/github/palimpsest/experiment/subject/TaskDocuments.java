package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.experiment.file.DataAddress;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.score.ChoiceScores;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.HoldOut;
import io.github.palimpsest.llm.text.RecordSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The documents of a task: those to train on, and those to evaluate on, which are never trained on.
 *
 * @param training what is trained on
 * @param evaluation what is scored
 * @param duplicates how many records are in neither, since the held-out part has their content
 * @param counts what became of the records of the task's own file
 */
public record TaskDocuments(
    List<Document> training, EvaluationData evaluation, int duplicates, DataCounts counts) {

  /** Without duplicates. */
  TaskDocuments(List<Document> training, EvaluationData evaluation) {
    this(training, evaluation, 0, DataCounts.of(training.size()));
  }

  /**
   * Reads a task. The split is the same for every cell: the seed of a cell has no part in it.
   *
   * @param formats the formats that the set may be in
   */
  public static TaskDocuments read(Experiment e, DataSet set, Formats formats) {
    RecordSource data = DataAddress.find(e, set.place(), set.data()).source();
    Optional<RecordSource> test = set.test().map(t -> DataAddress.find(e, set.place(), t).source());
    try {
      Optional<DataFormat> choices = choices(set, formats);
      return choices.isPresent()
          ? choices(set, choices.get(), data, test)
          : documents(set, formats, data, test);
    } catch (PalimpsestException problem) {
      throw placed(set, problem);
    }
  }

  /** Reads an evaluation set. */
  static EvaluationData evaluation(Experiment e, DataSet set, Formats formats) {
    RecordSource data = DataAddress.find(e, set.place(), set.data()).source();
    try {
      Optional<DataFormat> choices = choices(set, formats);
      return choices.isPresent()
          ? EvaluationData.choices(set, items(data, choices.get(), set.filter(), set.limit()))
          : EvaluationData.documents(
              set, formats.source(set, data, set.filter(), set.limit()).read());
    } catch (PalimpsestException problem) {
      throw placed(set, problem);
    }
  }

  /** Reads what a model was pretrained on. */
  static DataSource.Read corpus(Experiment e, DataSet set, Formats formats) {
    try {
      RecordSource data = DataAddress.find(e, set.place(), set.data()).source();
      return formats.source(set, data, set.filter(), set.limit()).read();
    } catch (PalimpsestException problem) {
      throw placed(set, problem);
    }
  }

  private static TaskDocuments documents(
      DataSet set, Formats formats, RecordSource data, Optional<RecordSource> test) {
    DataSource.Read all = formats.source(set, data, set.filter(), set.limit()).read();
    if (test.isPresent()) {
      return new TaskDocuments(
          all.documents(),
          EvaluationData.documents(
              set, formats.source(set, test.get(), set.testFilter(), set.testLimit()).read()),
          0,
          all.counts());
    }
    HoldOut.Parts parts = new HoldOut.Drawn(set.heldOut(), split()).split(all.documents());
    return new TaskDocuments(
        parts.training(),
        EvaluationData.documents(set, parts.evaluation()),
        parts.duplicates(),
        all.counts().heldOut(parts.evaluation().size(), parts.duplicates()));
  }

  private static TaskDocuments choices(
      DataSet set, DataFormat format, RecordSource data, Optional<RecordSource> test) {
    List<ChoiceItem> all = items(data, format, set.filter(), set.limit());
    if (test.isPresent()) {
      return new TaskDocuments(
          all.stream().map(TaskDocuments::answered).toList(),
          EvaluationData.choices(
              set, items(test.get(), format, set.testFilter(), set.testLimit())));
    }
    List<Document> documents = all.stream().map(TaskDocuments::answered).toList();
    HoldOut.Parts parts = new HoldOut.Drawn(set.heldOut(), split()).split(documents);
    List<ChoiceItem> heldOut = new ArrayList<>();
    for (Document d : parts.evaluation()) {
      heldOut.add(all.get(documents.indexOf(d)));
    }
    return new TaskDocuments(
        parts.training(),
        EvaluationData.choices(set, heldOut),
        parts.duplicates(),
        DataCounts.of(all.size()).heldOut(parts.evaluation().size(), parts.duplicates()));
  }

  /** A question with its right answer, as it is trained on. */
  static Document answered(ChoiceItem item) {
    return new Document(
        item.origin(),
        item.number(),
        List.of(
            new Exchange(item.query(), ChoiceScores.DELIMITER + item.choices().get(item.gold()))),
        true);
  }

  /** A problem with a filter stands where the filter does. */
  private static PalimpsestException placed(DataSet set, PalimpsestException problem) {
    return Stream.of(set.filter(), set.testFilter())
        .flatMap(Optional::stream)
        .filter(f -> problem.getMessage().contains("filter \"" + f.rows() + "\""))
        .map(DataSet.Filter::place)
        .findFirst()
        .orElse(set.place())
        .error(problem);
  }

  /** The format of a set, if it states one of questions with choices. */
  private static Optional<DataFormat> choices(DataSet set, Formats formats) {
    return formats
        .stated(set)
        .map(Component::create)
        .filter(format -> format.gives() == DataFormat.Gives.CHOICES);
  }

  private static List<ChoiceItem> items(
      RecordSource source, DataFormat format, Optional<DataSet.Filter> filter, int limit) {
    return ChoiceItem.read(source, filter.map(DataSet.Filter::rows), format, limit);
  }

  private static RandomGenerator split() {
    return Streams.stream(0, "held-out", 0, 0);
  }
}
