package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.llm.example.Truncation;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.layout.Columns;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.layout.OnBadRecord;
import io.github.palimpsest.llm.text.RowFilter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the data sets of an experiment file, and checks them against each other. */
final class DataSetReader {
  private static final String DEFAULT_MEASURE = "nats-per-token";

  /** Keys that say how a file is read; generated data are records that need none of them. */
  private static final List<String> OF_FILES =
      List.of(
          "template", "separator", "windows", "filter", "columns", "on-bad-record", "test-filter");

  private DataSetReader() {}

  /** What is trained on and evaluated: data that hold out a part are evaluated on that. */
  static DataSet task(YamlMap m) {
    Optional<WrittenPath> test = m.scalar("test").map(YamlScalar::path);
    DataFiles data = DataFiles.read(m, "data");
    boolean stated = test.isPresent() || m.scalar("held-out").isPresent();
    return source(m, data, stated ? test : heldOut(data));
  }

  /** What is never trained on: of data that hold out a part, that. */
  static DataSet evaluated(YamlMap m) {
    DataFiles data = DataFiles.read(m, "data");
    if (!data.once()) {
      throw m.place("data").error("'weight' is for training data: this set is evaluated");
    }
    return source(m, heldOut(data).map(DataFiles::of).orElse(data), Optional.empty());
  }

  /** What the model was pretrained on. */
  static DataSet corpus(YamlMap m) {
    return source(m, DataFiles.read(m, "data"), Optional.empty());
  }

  private static Optional<WrittenPath> heldOut(DataFiles data) {
    return data.files().size() == 1
        ? DataAddress.heldOut(data.files().get(0).written().text()).map(WrittenPath::of)
        : Optional.empty();
  }

  private static DataSet source(YamlMap m, DataFiles data, Optional<WrittenPath> test) {
    if (m.scalar("test").isPresent() && m.scalar("held-out").isPresent()) {
      throw m.place("held-out")
          .error("either 'test' names a file to evaluate on or 'held-out' takes a part, not both");
    }
    refuseWithoutEffect(m, data, test);
    boolean windows = m.scalar("windows").map(YamlScalar::flag).orElse(false);
    if (windows && m.has("truncation")) {
      throw m.place("truncation").error("'truncation' has no effect with 'windows: true'");
    }
    return new DataSet(
        m.required("name").name(),
        data,
        m.scalar("format").flatMap(FormatText::of),
        m.scalar("template").map(DataSetReader::template),
        m.scalar("separator").map(YamlScalar::text).orElse(""),
        filter(m, "filter"),
        ExperimentFile.count(m, "limit"),
        windows,
        ExperimentFile.count(m, "examples"),
        ExperimentFile.count(m, "held-out"),
        test,
        filter(m, "test-filter"),
        ExperimentFile.count(m, "test-limit"),
        ExperimentFile.count(m, "test-examples"),
        m.scalar("measure")
            .map(ExperimentFile::level)
            .orElseGet(() -> new Axis.Level(RecipeText.parse(DEFAULT_MEASURE), m.place("format"))),
        ExperimentFile.count(m, "max-new-tokens"),
        new Layout(
            columns(m),
            m.scalar("on-bad-record")
                .map(v -> v.choice(OnBadRecord.class))
                .orElse(OnBadRecord.FAIL)),
        m.scalar("truncation").map(v -> v.choice(Truncation.class)).orElse(Truncation.RIGHT),
        m.scalar("max-tokens").map(v -> v.integer(1, Long.MAX_VALUE)).orElse(0L),
        m.place());
  }

  /** Refuses keys of files in a set without a file, and keys of a test file without one. */
  private static void refuseWithoutEffect(YamlMap m, DataFiles data, Optional<WrittenPath> test) {
    boolean generated =
        Stream.concat(data.files().stream().map(DataFiles.One::written), test.stream())
            .map(WrittenPath::text)
            .allMatch(DataAddress::generated);
    if (generated) {
      OF_FILES.stream()
          .filter(m::has)
          .findFirst()
          .ifPresent(
              key -> {
                throw m.place(key)
                    .error(
                        "'"
                            + key
                            + "' is for files, and has no effect on '"
                            + data
                            + "': remove it");
              });
    }
    if (test.isEmpty() && m.has("test-limit")) {
      throw m.place("test-limit").error("'test-limit' needs 'test: FILE'");
    }
  }

  private static Columns columns(YamlMap m) {
    Optional<YamlMap> written = m.map("columns");
    TreeMap<String, String> byKey = new TreeMap<>();
    written.ifPresent(
        columns -> columns.keys().forEach(key -> byKey.put(key, columns.required(key).nonEmpty())));
    try {
      return new Columns(byKey);
    } catch (PalimpsestException e) {
      throw m.place("columns").error(e);
    }
  }

  private static Optional<DataSet.Filter> filter(YamlMap m, String key) {
    Optional<YamlScalar> written = m.scalar(key);
    String data = key.equals("filter") ? "data" : "test";
    if (written.isPresent() && !m.has(data)) {
      throw m.place(key).error("'" + key + "' needs '" + data + ": FILE'");
    }
    return written.map(
        v -> {
          try {
            return new DataSet.Filter(new RowFilter(v.nonEmpty()), v.place());
          } catch (PalimpsestException e) {
            throw v.place().error(e);
          }
        });
  }

  private static PromptTemplate template(YamlScalar v) {
    return PromptTemplate.values()[ExperimentKeys.TEMPLATES.indexOf(v.text())];
  }

  static void requireEvaluation(DataSet task) {
    if (task.heldOut() == 0 && task.test().isEmpty()) {
      throw task.place()
          .error(
              "task '"
                  + task.name()
                  + "' has no evaluation data: give 'held-out: N' or 'test: FILE'");
    }
  }

  /** A corpus is training data, so it must not be evaluation data. */
  static void checkApart(DataSet corpus, List<DataSet> tasks, List<DataSet> kept) {
    List<WrittenPath> trained = written(corpus).toList();
    Optional<WrittenPath> evaluated =
        Stream.concat(
                kept.stream()
                    .filter(s -> equal(s.filter(), corpus.filter()))
                    .flatMap(DataSetReader::written),
                tasks.stream()
                    .filter(t -> equal(t.testFilter(), corpus.filter()))
                    .flatMap(t -> t.test().stream()))
            .filter(trained::contains)
            .findFirst();
    if (evaluated.isPresent()) {
      throw corpus
          .place()
          .error(
              "the corpus is '"
                  + evaluated.get()
                  + "', which is evaluation data and must not be training data: use another file, or"
                  + " filters that keep them apart");
    }
  }

  private static Stream<WrittenPath> written(DataSet set) {
    return set.data().files().stream().map(DataFiles.One::written);
  }

  private static boolean equal(Optional<DataSet.Filter> a, Optional<DataSet.Filter> b) {
    return a.map(f -> f.rows().condition()).equals(b.map(f -> f.rows().condition()));
  }

  static void checkNames(List<DataSet> tasks, List<DataSet> kept, Optional<DataSet> corpus) {
    Set<String> names = new HashSet<>();
    Stream.of(tasks.stream(), kept.stream(), corpus.stream())
        .flatMap(s -> s)
        .filter(s -> !names.add(s.name()))
        .findFirst()
        .ifPresent(
            s -> {
              throw s.place().error("there is another task or evaluation set '" + s.name() + "'");
            });
  }
}
