package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.experiment.file.DataAddress;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.llm.layout.ReadNotes;
import io.github.palimpsest.llm.layout.Weights;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.score.ChoiceScores;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.FileSet;
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
 * @param notes what is told of the reading of the task's own file
 * @param weights how often each document is used in an epoch
 */
public record TaskDocuments(
    List<Document> training,
    EvaluationData evaluation,
    int duplicates,
    DataCounts counts,
    ReadNotes notes,
    Weights weights) {

  /**
   * Reads a task. The split is the same for every cell: the seed of a cell has no part in it.
   *
   * @param formats the formats that the set may be in
   */
  public static TaskDocuments read(Experiment e, DataSet set, Formats formats) {
    RecordSource data = DataAddress.find(e, set.place(), set.data()).source();
    Optional<RecordSource> test = set.test().map(t -> DataAddress.find(e, set.place(), t).source());
    try {
      Optional<Component<DataFormat>> choices = choices(set, formats);
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
      Optional<Component<DataFormat>> choices = choices(set, formats);
      return choices.isPresent()
          ? EvaluationData.choices(set, items(set, data, choices.get(), set.filter(), set.limit()))
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
          all.counts(),
          all.notes(),
          all.weights());
    }
    HoldOut.Parts parts = new HoldOut.Drawn(set.heldOut(), split()).split(all.documents());
    return new TaskDocuments(
        parts.training(),
        EvaluationData.documents(set, parts.evaluation()),
        parts.duplicates(),
        all.counts().heldOut(parts.evaluation().size(), parts.duplicates()),
        all.notes(),
        all.weights());
  }

  private static TaskDocuments choices(
      DataSet set, Component<DataFormat> format, RecordSource data, Optional<RecordSource> test) {
    ChoiceItem.Read read = items(set, data, format, set.filter(), set.limit());
    List<ChoiceItem> all = read.items();
    List<Document> documents = all.stream().map(TaskDocuments::answered).toList();
    DataCounts counts = DataCounts.of(all.size() + read.notes().bad()).bad(read.notes().bad());
    if (data instanceof FileSet several
        && several.files().stream().anyMatch(f -> f.weight() != 1)) {
      throw new PalimpsestException(
          "'weight' is for documents, and these are questions with choices");
    }
    if (test.isPresent()) {
      return new TaskDocuments(
          documents,
          EvaluationData.choices(
              set, items(set, test.get(), format, set.testFilter(), set.testLimit())),
          0,
          counts,
          read.notes(),
          Weights.ONCE);
    }
    HoldOut.Parts parts = new HoldOut.Drawn(set.heldOut(), split()).split(documents);
    List<ChoiceItem> heldOut = new ArrayList<>();
    for (Document d : parts.evaluation()) {
      heldOut.add(all.get(documents.indexOf(d)));
    }
    return new TaskDocuments(
        parts.training(),
        EvaluationData.choices(set, new ChoiceItem.Read(heldOut, ReadNotes.NONE)),
        parts.duplicates(),
        counts.heldOut(parts.evaluation().size(), parts.duplicates()),
        read.notes(),
        Weights.ONCE);
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
  private static Optional<Component<DataFormat>> choices(DataSet set, Formats formats) {
    return formats
        .stated(set)
        .filter(format -> format.create().gives() == DataFormat.Gives.CHOICES);
  }

  private static ChoiceItem.Read items(
      DataSet set,
      RecordSource source,
      Component<DataFormat> format,
      Optional<DataSet.Filter> filter,
      int limit) {
    return ChoiceItem.read(
        source,
        filter.map(DataSet.Filter::rows),
        format.id().value(),
        format.create(),
        limit,
        set.layout());
  }

  private static RandomGenerator split() {
    return Streams.stream(0, "held-out", 0, 0);
  }
}
