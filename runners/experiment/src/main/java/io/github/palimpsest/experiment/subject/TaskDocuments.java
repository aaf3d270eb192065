package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.experiment.file.DataPaths;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.GeneratedData;
import io.github.palimpsest.experiment.file.TaskFormat;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.score.ChoiceScores;
import io.github.palimpsest.llm.text.DataFormat;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.HoldOut;
import io.github.palimpsest.llm.text.RecordFile;
import java.nio.file.Path;
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

  /** Reads a task. The split is the same for every cell: the seed of a cell has no part in it. */
  public static TaskDocuments read(Experiment e, DataSet set) {
    Optional<TaskDocuments> generated = generated(set);
    if (generated.isPresent()) {
      return generated.get();
    }
    Path file = DataPaths.find(e, set.place(), set.data());
    Optional<Path> test = set.test().map(t -> DataPaths.find(e, set.place(), t));
    try {
      return set.format() == TaskFormat.CHOICES
          ? choices(set, file, test)
          : documents(set, file, test);
    } catch (PalimpsestException problem) {
      throw placed(set, problem);
    }
  }

  /** Reads an evaluation set. */
  static EvaluationData kept(Experiment e, DataSet set) {
    Optional<TaskDocuments> generated = generated(set);
    if (generated.isPresent()) {
      return generated.get().evaluation();
    }
    Path file = DataPaths.find(e, set.place(), set.data());
    try {
      return set.format() == TaskFormat.CHOICES
          ? EvaluationData.choices(set, ChoiceItem.read(records(file, set.filter()), set.limit()))
          : EvaluationData.documents(set, source(set, file, set.filter(), set.limit()).read());
    } catch (PalimpsestException problem) {
      throw placed(set, problem);
    }
  }

  /** Reads what a model was pretrained on. */
  static DataSource.Read corpus(Experiment e, DataSet set) {
    Optional<TaskDocuments> generated = generated(set);
    if (generated.isPresent()) {
      return new DataSource.Read(generated.get().training(), generated.get().counts());
    }
    if (set.format() == TaskFormat.CHOICES) {
      throw set.place().error("questions with choices are no corpus");
    }
    try {
      return source(set, DataPaths.find(e, set.place(), set.data()), set.filter(), set.limit())
          .read();
    } catch (PalimpsestException problem) {
      throw placed(set, problem);
    }
  }

  /** The documents of a generated task, if the set names one. */
  private static Optional<TaskDocuments> generated(DataSet set) {
    return GeneratedData.task(set)
        .map(
            task ->
                new TaskDocuments(
                    task.training(), EvaluationData.documents(set, task.evaluation())));
  }

  private static TaskDocuments documents(DataSet set, Path file, Optional<Path> test) {
    DataSource.Read all = source(set, file, set.filter(), set.limit()).read();
    if (test.isPresent()) {
      return new TaskDocuments(
          all.documents(),
          EvaluationData.documents(
              set, source(set, test.get(), set.testFilter(), set.testLimit()).read()),
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

  private static TaskDocuments choices(DataSet set, Path file, Optional<Path> test) {
    List<ChoiceItem> all = ChoiceItem.read(records(file, set.filter()), set.limit());
    if (test.isPresent()) {
      return new TaskDocuments(
          all.stream().map(TaskDocuments::answered).toList(),
          EvaluationData.choices(
              set, ChoiceItem.read(records(test.get(), set.testFilter()), set.testLimit())));
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

  private static RecordFile records(Path file, Optional<DataSet.Filter> filter) {
    return new RecordFile(file, filter.map(DataSet.Filter::rows));
  }

  private static DataSource source(
      DataSet set, Path file, Optional<DataSet.Filter> filter, int limit) {
    DataFormat format =
        set.format()
            .reader()
            .orElseThrow(() -> new IllegalArgumentException("choices are no documents"));
    return new DataSource(
        file, format, set.template(), set.separator(), filter.map(DataSet.Filter::rows), 0, limit);
  }

  private static RandomGenerator split() {
    return Streams.stream(0, "held-out", 0, 0);
  }
}
