package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.Overlap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The labelled texts of an experiment: the context of each record is the text, its answer the
 * class.
 *
 * @param tasks the training texts of each task, in order
 * @param evaluated the texts of each set that is scored
 * @param trainedCounts what became of the records, by task
 * @param evaluatedCounts what became of the records, by set
 * @param overlaps what both have in common
 */
record ClassifierData(
    List<List<Labelled>> tasks,
    TreeMap<String, List<Labelled>> evaluated,
    TreeMap<String, DataCounts> trainedCounts,
    TreeMap<String, DataCounts> evaluatedCounts,
    Overlaps overlaps) {

  /**
   * A text with its class.
   *
   * @param id unique in the experiment
   */
  record Labelled(String id, String text, String label) {}

  static ClassifierData read(Experiment e, Formats formats) {
    e.corpus()
        .ifPresent(
            c -> {
              throw c.place().error("a classifier that is made has no pretraining, so no 'corpus'");
            });
    Stream.concat(e.tasks().stream(), e.evaluation().stream()).forEach(ClassifierData::check);
    List<List<Labelled>> tasks = new ArrayList<>();
    TreeMap<String, List<Labelled>> evaluated = new TreeMap<>();
    TreeMap<String, DataCounts> trainedCounts = new TreeMap<>();
    TreeMap<String, DataCounts> evaluatedCounts = new TreeMap<>();
    TreeMap<String, List<Document>> training = new TreeMap<>();
    TreeMap<String, List<Document>> evaluation = new TreeMap<>();
    TreeMap<String, Integer> duplicates = new TreeMap<>();
    for (DataSet set : e.tasks()) {
      TaskDocuments documents = TaskDocuments.read(e, set, formats);
      List<Document> some = Spread.over(documents.training(), set.examples());
      tasks.add(some.stream().map(d -> labelled(set, d)).toList());
      trainedCounts.put(set.name(), counts(documents.counts(), documents.training(), some));
      training.put(set.name(), documents.training());
      evaluation.put(set.name(), documents.evaluation().asked());
      evaluatedCounts.put(set.name(), documents.evaluation().counts());
      if (documents.duplicates() > 0) {
        duplicates.put(set.name(), documents.duplicates());
      }
    }
    for (DataSet set : e.evaluation()) {
      EvaluationData data = TaskDocuments.evaluation(e, set, formats);
      evaluation.put(set.name(), data.asked());
      evaluatedCounts.put(set.name(), data.counts());
    }
    Stream.concat(e.tasks().stream(), e.evaluation().stream())
        .forEach(
            set -> {
              List<Document> all = evaluation.getOrDefault(set.name(), List.of());
              List<Document> some = Spread.over(all, set.testExamples());
              evaluated.put(set.name(), some.stream().map(d -> labelled(set, d)).toList());
              evaluatedCounts.computeIfPresent(set.name(), (n, c) -> counts(c, all, some));
            });
    Overlaps overlaps = new Overlaps(Overlap.between(training, evaluation), duplicates).allowed(e);
    return new ClassifierData(tasks, evaluated, trainedCounts, evaluatedCounts, overlaps);
  }

  private static DataCounts counts(DataCounts read, List<Document> all, List<Document> some) {
    return read.encoded(0, 0, all.size()).chosen(all.size(), some.size());
  }

  /** Refuses what only a language model can use. */
  private static void check(DataSet set) {
    Optional<String> key =
        set.windows()
            ? Optional.of("windows")
            : set.maxNewTokens() > 0 ? Optional.of("max-new-tokens") : Optional.empty();
    key.ifPresent(
        k -> {
          throw set.place()
              .error("'" + k + "' is for language models: a classifier gives one class to a text");
        });
  }

  private static Labelled labelled(DataSet set, Document d) {
    if (!d.answers() || d.exchanges().size() != 1) {
      throw set.place()
          .error(
              d.origin()
                  + ": a classifier learns one label for one text, and this record has "
                  + (d.answers() ? d.exchanges().size() + " answers" : "a text without a label"));
    }
    String label = d.exchanges().get(0).response().strip();
    return new Labelled(set.name() + "/" + d.number(), d.exchanges().get(0).context(), label);
  }

  /** The classes of each task: those of its training texts. */
  List<SortedSet<String>> classes() {
    List<SortedSet<String>> all = new ArrayList<>();
    for (List<Labelled> task : tasks) {
      TreeSet<String> names = new TreeSet<>();
      task.forEach(text -> names.add(text.label()));
      all.add(names);
    }
    return all;
  }

  /**
   * The texts of a set that is scored.
   *
   * @throws IllegalArgumentException if there is no such set
   */
  List<Labelled> of(String set) {
    List<Labelled> texts = evaluated.get(set);
    if (texts == null) {
      throw new IllegalArgumentException("no evaluation set '" + set + "'");
    }
    if (texts.isEmpty()) {
      throw new PalimpsestException("evaluation set '" + set + "' has no texts");
    }
    return texts;
  }
}
