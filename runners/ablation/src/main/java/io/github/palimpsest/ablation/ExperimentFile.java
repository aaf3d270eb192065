package io.github.palimpsest.ablation;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RecipeSyntaxException;
import io.github.palimpsest.api.RecipeText;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.llm.text.PromptTemplate;
import io.github.palimpsest.llm.text.RowFilter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads experiment files. Every failure names file, line and column; nothing unknown is ignored.
 *
 * <pre>{@code
 * name: stories
 * variables: {shared: ../shared}            # --set shared=DIR replaces the value
 * model: ${shared}/models/stories260k-hf    # a Hugging Face directory, or quickstart
 * tasks:                                    # trained in this order
 *   - {name: alpaca, data: a.json, format: instructions, limit: 500, held-out: 100}
 *   - {name: long, data: b.parquet, filter: "length(output) > 200", held-out: 50}  # or csv; .gz
 * evaluation:                               # never trained on, measured before and after each task
 *   - {name: stories, data: s.txt, format: text, separator: "<|endoftext|>", limit: 100}
 * training: {epochs: 1, batch: 8, max-length: 256, clip-norm: 1, checkpoint-every: 100}
 * axes:
 *   optimizer: ["adamw(lr=1e-3)", "sam(rho=0.05, base=adamw(lr=1e-3))"]
 *   strategy: [none, ewc(lambda=100), lora(rank=8)]
 * seeds: [1, 2]
 * exclude: ["optimizer=sam & adapter=lora"]
 * }</pre>
 */
public final class ExperimentFile {
  /** The name of the experiment that needs no file and no data. */
  public static final String QUICKSTART = "quickstart";

  private static final List<String> KEYS =
      List.of(
          "name",
          "variables",
          "model",
          "tasks",
          "evaluation",
          "training",
          "axes",
          "seeds",
          "exclude",
          "metrics",
          "device");
  private static final List<String> SET_KEYS =
      List.of(
          "name",
          "data",
          "format",
          "template",
          "separator",
          "filter",
          "limit",
          "windows",
          "measure",
          "max-new-tokens",
          "test-examples");
  private static final List<String> TASK_KEYS =
      Stream.concat(
              SET_KEYS.stream(),
              Stream.of("examples", "held-out", "test", "test-filter", "test-limit"))
          .toList();
  private static final List<String> TRAINING_KEYS =
      List.of(
          "epochs",
          "steps",
          "batch",
          "accumulation",
          "max-length",
          "clip-norm",
          "checkpoint-every");

  /** Examples of a step, where the file says nothing. */
  public static final int DEFAULT_BATCH = 8;

  private static final int DEFAULT_CHECKPOINT_EVERY = 100;
  private static final int DEFAULT_MAX_NEW_TOKENS = 32;

  private ExperimentFile() {}

  /**
   * Reads an experiment file, or the built-in one where the path is {@code quickstart} and there is
   * no such file.
   *
   * @param file where it is
   * @param variables values in place of those that the file declares
   * @throws PalimpsestException with file, line and column, for whatever is wrong
   */
  public static Experiment read(Path file, Map<String, String> variables) {
    if (file.toString().equals(QUICKSTART) && !Files.exists(file)) {
      return quickstart(variables);
    }
    try {
      Path parent = file.toAbsolutePath().getParent();
      return parse(file.toString(), Files.readString(file), parent, variables);
    } catch (NoSuchFileException e) {
      throw new PalimpsestException("experiment file '" + file + "' does not exist", e);
    } catch (CharacterCodingException e) {
      throw new PalimpsestException("experiment file '" + file + "' is not UTF-8 text", e);
    } catch (IOException e) {
      throw new PalimpsestException(
          "experiment file '" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static Experiment quickstart(Map<String, String> variables) {
    try (InputStream in = ExperimentFile.class.getResourceAsStream("quickstart.yaml")) {
      if (in == null) {
        throw new IllegalStateException("the JAR lacks quickstart.yaml");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return parse("quickstart.yaml", text, Path.of("").toAbsolutePath(), variables);
    } catch (IOException e) {
      throw new PalimpsestException("quickstart.yaml cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads the text of an experiment file. */
  static Experiment parse(String file, String text, Path base, Map<String, String> given) {
    YamlMap plain = YamlMap.read(file, text).onlyKeys(KEYS);
    Optional<YamlMap> declared = plain.map("variables");
    if (declared.isEmpty() && !given.isEmpty()) {
      String name = given.keySet().iterator().next();
      throw plain.place().error("the file declares no variable '" + name + "'");
    }
    YamlMap root = declared.map(d -> plain.with(Variables.of(d, given))).orElse(plain);
    String name = root.scalar("name").map(YamlScalar::nonEmpty).orElse(baseName(file));
    List<DataSet> tasks = sources(root, "tasks", TASK_KEYS);
    tasks.forEach(ExperimentFile::requireEvaluation);
    List<DataSet> kept = sources(root, "evaluation", SET_KEYS);
    checkNames(tasks, kept);
    checkMeasures(tasks);
    if (tasks.isEmpty()) {
      throw root.place("tasks").error("'tasks' needs at least one task");
    }
    YamlMap training = root.map("training").orElseGet(() -> YamlMap.read(file, "{}"));
    return new Experiment(
        name,
        base,
        root.required("model").nonEmpty(),
        tasks,
        kept,
        training(training.onlyKeys(TRAINING_KEYS)),
        training.scalar("max-length").map(v -> (int) v.integer(2, Integer.MAX_VALUE)).orElse(0),
        axes(root.requiredMap("axes").onlyKeys(Axis.names())),
        seeds(root),
        root.scalars("exclude").stream().map(Exclusion::parse).toList(),
        root.scalars("metrics").stream().map(ExperimentFile::level).toList(),
        root.scalar("device").map(ExperimentFile::device).orElse(Device.CPU),
        root.place("model"));
  }

  private static String baseName(String file) {
    String last = Path.of(file).getFileName().toString();
    return last.replaceFirst("\\.ya?ml$", "");
  }

  private static List<DataSet> sources(YamlMap root, String key, List<String> known) {
    return root.maps(key).stream().map(m -> source(m.onlyKeys(known))).toList();
  }

  private static DataSet source(YamlMap m) {
    TaskFormat format =
        m.scalar("format").map(v -> v.choice(TaskFormat.class)).orElse(TaskFormat.AUTO);
    Measure measure =
        m.scalar("measure").map(v -> v.choice(Measure.class)).orElse(Measure.NATS_PER_TOKEN);
    if ((measure == Measure.ACCURACY) != (format == TaskFormat.CHOICES)) {
      throw m.place(measure == Measure.ACCURACY ? "measure" : "format")
          .error(
              "format '"
                  + format
                  + "' cannot be scored by '"
                  + measure
                  + "': 'choices' goes with 'accuracy', and no other format does");
    }
    if (measure == Measure.EXACT_MATCH && format == TaskFormat.TEXT) {
      throw m.place("measure").error("plain text has no answer that 'exact-match' could compare");
    }
    if (m.scalar("test").isPresent() && m.scalar("held-out").isPresent()) {
      throw m.place("held-out")
          .error("either 'test' names a file to evaluate on or 'held-out' takes a part, not both");
    }
    return new DataSet(
        m.required("name").nonEmpty(),
        m.required("data").nonEmpty(),
        format,
        m.scalar("template").map(ExperimentFile::template).orElse(PromptTemplate.ALPACA),
        m.scalar("separator").map(YamlScalar::text).orElse(""),
        filter(m, "filter"),
        count(m, "limit"),
        m.scalar("windows").map(YamlScalar::flag).orElse(false),
        count(m, "examples"),
        count(m, "held-out"),
        m.scalar("test").map(YamlScalar::nonEmpty),
        filter(m, "test-filter"),
        count(m, "test-limit"),
        count(m, "test-examples"),
        measure,
        m.scalar("max-new-tokens")
            .map(v -> (int) v.integer(1, 4096))
            .orElse(DEFAULT_MAX_NEW_TOKENS),
        m.place());
  }

  private static Optional<DataSet.Filter> filter(YamlMap m, String key) {
    Optional<YamlScalar> written = m.scalar(key);
    String data = key.equals("filter") ? "data" : "test";
    if (written.isPresent() && m.scalar(data).isEmpty()) {
      throw m.place(key).error("'" + key + "' needs '" + data + ": FILE'");
    }
    if (written.isPresent() && QuickstartData.names(m.required(data).text())) {
      throw m.place(key).error("generated data cannot be filtered");
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

  private static void requireEvaluation(DataSet task) {
    if (task.heldOut() == 0 && task.test().isEmpty() && !QuickstartData.names(task.data())) {
      throw task.place()
          .error(
              "task '"
                  + task.name()
                  + "' has nothing to be evaluated on: give 'held-out: N' or 'test: FILE'");
    }
  }

  private static PromptTemplate template(YamlScalar v) {
    List<String> words =
        Arrays.stream(PromptTemplate.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();
    if (!words.contains(v.text())) {
      throw v.place()
          .error("'" + v.key() + "' is '" + v.text() + "'" + NearestName.hint(v.text(), words));
    }
    return PromptTemplate.values()[words.indexOf(v.text())];
  }

  private static int count(YamlMap m, String key) {
    return m.scalar(key).map(v -> (int) v.integer(1, Integer.MAX_VALUE)).orElse(0);
  }

  private static void checkNames(List<DataSet> tasks, List<DataSet> kept) {
    Set<String> names = new HashSet<>();
    Stream.concat(tasks.stream(), kept.stream())
        .filter(s -> !names.add(s.name()))
        .findFirst()
        .ifPresent(
            s -> {
              throw s.place().error("there is another task or evaluation set '" + s.name() + "'");
            });
  }

  /** A score matrix has one unit, or its averages mean nothing. */
  private static void checkMeasures(List<DataSet> tasks) {
    for (DataSet task : tasks) {
      Measure first = tasks.get(0).measure();
      if (task.measure().higherIsBetter() != first.higherIsBetter()) {
        throw task.place()
            .error(
                "task '"
                    + task.name()
                    + "' is scored by '"
                    + task.measure()
                    + "' and task '"
                    + tasks.get(0).name()
                    + "' by '"
                    + first
                    + "': all tasks need scores that can be averaged");
      }
    }
  }

  private static Training training(YamlMap m) {
    long steps = m.scalar("steps").map(v -> v.integer(1, Integer.MAX_VALUE)).orElse(0L);
    // with a number of steps alone, epochs follow one another until it is reached
    int epochs =
        m.scalar("epochs")
            .map(v -> (int) v.integer(1, Integer.MAX_VALUE))
            .orElse(steps == 0 ? 1 : (int) steps);
    int batch =
        m.scalar("batch").map(v -> (int) v.integer(1, Integer.MAX_VALUE)).orElse(DEFAULT_BATCH);
    return new Training(
        epochs,
        steps,
        batch,
        m.scalar("accumulation").map(v -> (int) v.integer(1, batch)).orElse(1),
        m.scalar("clip-norm").map(v -> v.real(0)).orElse(0.0),
        m.scalar("checkpoint-every")
            .map(v -> (int) v.integer(0, Integer.MAX_VALUE))
            .orElse(DEFAULT_CHECKPOINT_EVERY));
  }

  private static List<Axis> axes(YamlMap m) {
    List<Axis> axes = new ArrayList<>();
    for (String name : m.keys()) {
      List<Axis.Level> levels = m.scalars(name).stream().map(ExperimentFile::level).toList();
      if (levels.isEmpty()) {
        throw m.place(name).error("axis '" + name + "' needs at least one level");
      }
      axes.add(new Axis(name, levels, m.place(name)));
    }
    if (axes.stream().noneMatch(a -> a.name().equals("optimizer"))) {
      throw m.place().error("'axes.optimizer' is missing: every recipe needs an optimizer");
    }
    return axes;
  }

  private static Axis.Level level(YamlScalar v) {
    try {
      return new Axis.Level(RecipeText.parse(v.nonEmpty()), v.place());
    } catch (RecipeSyntaxException e) {
      boolean cut =
          v.text().chars().filter(c -> c == '(').count()
              > v.text().chars().filter(c -> c == ')').count();
      String hint = cut ? " (an entry with a comma inside a [...] list must be quoted)" : "";
      throw v.place().error(e.getMessage() + hint);
    }
  }

  private static List<Long> seeds(YamlMap root) {
    List<YamlScalar> written = root.scalars("seeds");
    if (written.isEmpty()) {
      throw root.place("seeds").error("'seeds' needs at least one whole number");
    }
    List<Long> seeds =
        written.stream().map(v -> v.integer(Long.MIN_VALUE, Long.MAX_VALUE)).toList();
    Set<Long> seen = new HashSet<>();
    for (YamlScalar v : written) {
      if (!seen.add(Long.parseLong(v.text().trim()))) {
        throw v.place().error("seed " + v.text() + " is given twice");
      }
    }
    return seeds.stream().collect(Collectors.toList());
  }

  private static Device device(YamlScalar v) {
    try {
      return Device.parse(v.text());
    } catch (PalimpsestException e) {
      throw v.place().error(e);
    }
  }
}
