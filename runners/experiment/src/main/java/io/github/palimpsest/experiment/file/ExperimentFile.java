package io.github.palimpsest.experiment.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.RecipeSyntaxException;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.SlotPlace;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Track;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads experiment files. Every failure names file, line and column; nothing unknown is ignored.
 *
 * <pre>{@code
 * name: stories
 * variables: {shared: ../shared}            # --set shared=DIR replaces the value
 * model: ${shared}/models/stories260k-hf    # a Hugging Face directory, or quickstart, or
 *                                           # {classifier: mlp, width: 64}: a classifier
 * tasks:                                    # trained in this order
 *   - {name: alpaca, data: a.json, format: instructions, limit: 500, held-out: 100}
 *   - {name: mix, data: [{path: a.jsonl, weight: 2}, more], columns: {prompt: q, response: a},
 *      on-bad-record: skip, truncation: left, max-tokens: 1000000, held-out: 50}   # more: a folder
 *   - {name: long, data: b.parquet, filter: "length(output) > 200", held-out: 50}  # or csv; .gz
 * evaluation:                               # never trained on, measured before and after each task
 *   - {name: stories, data: s.txt, format: text, separator: "<|endoftext|>", limit: 100}
 * allow-overlap: false                      # true: allow it, and count the shared examples
 * corpus: {name: stories-train, data: t.txt, format: text, examples: 500}   # for corpus-replay
 * training: {epochs: 1, batch: 8, max-length: 256, clip-norm: 1, checkpoint-every: 100}
 *                                           # clip-norm: 1 stands for clip-norm(max=1, base=...)
 *                                           # around the optimizer of each recipe
 *                                           # pack: true to join short examples, buckets: 50
 *                                           # for batches of examples of similar length
 *                                           # compute: bfloat16 for products with half the bits
 *                                           # recompute: layers for least memory
 *                                           # evaluation-points: 10 to score the task and the
 *                                           # earlier ones along each stage, for learn-forget
 *                                           # curves and comparisons at equal loss
 * axes:
 *   optimizer: ["adamw(lr=1e-3)", "sam(rho=0.05, base=adamw(lr=1e-3))"]
 *   strategy: [none, ewc(lambda=100), lora(rank=8)]
 * seeds: [1, 2]
 * exclude: optimizer=sam & adapter=lora
 * probes: ["sam-gap(rho=0.05)", kl-drift]   # measured for every finished cell
 * budget: {equal: compute}                  # or steps; two passes per step halve the steps
 * analysis: {primary: [forgetting], margin: 0.05}   # what is claimed of the results
 * track: {tensorboard: runs, mlflow: "http://localhost:5000"}   # TRACKER: TARGET, while it runs
 * }</pre>
 *
 * <p>An axis may sweep settings of its levels, axes may be paired, and a design may select a part
 * of the grid:
 *
 * <pre>{@code
 * axes:
 *   optimizer: {levels: [adamw, sam], lr: [1e-4, 3e-4]}   # a separate factor: optimizer.lr
 *   adapter: [none, lora]
 * paired: optimizer & adapter                             # the first with the first, and so on
 * design: {fraction: 1/2, resolution: 4}                  # or {random: 20, seed: 7}
 * }</pre>
 */
public final class ExperimentFile {
  /** The default number of examples in a step. */
  public static final int DEFAULT_BATCH = 8;

  private static final int DEFAULT_CHECKPOINT_EVERY = 100;

  /** The measure of a set whose file names none. */
  private ExperimentFile() {}

  /**
   * Reads an experiment file, or the one of that name that comes with the framework, such as {@code
   * quickstart}, where there is no such file.
   *
   * @param file where it is
   * @param variables values in place of those that the file declares
   * @throws PalimpsestException with file, line and column, for whatever is wrong
   */
  public static Experiment read(Path file, Map<String, String> variables) {
    return read(file, file, variables, Path.of(""));
  }

  /**
   * Reads an experiment file in the form in which it was submitted.
   *
   * @param file its path, for messages and relative paths
   * @param text the file with its text
   * @param variables values that replace those of the file
   * @param directory the folder that paths among these values are relative to
   * @throws PalimpsestException with file, line and column, for every error
   */
  public static Experiment read(
      Path file, Path text, Map<String, String> variables, Path directory) {
    Optional<String> builtIn = Files.exists(text) ? Optional.empty() : builtIn(file.toString());
    if (builtIn.isPresent()) {
      Path here = Path.of("").toAbsolutePath();
      return parse(file + ".yaml", builtIn.get(), here, variables, directory);
    }
    try {
      Path parent = file.toAbsolutePath().getParent();
      return parse(file.toString(), Files.readString(text), parent, variables, directory);
    } catch (NoSuchFileException e) {
      throw new PalimpsestException("experiment file '" + file + "' does not exist", e);
    } catch (CharacterCodingException e) {
      throw new PalimpsestException("experiment file '" + file + "' is not UTF-8 text", e);
    } catch (IOException e) {
      throw new PalimpsestException(
          "experiment file '" + file + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  /** The JSON Schema of experiment files, for editors; also the resource experiment.schema.json. */
  public static ObjectNode schema() {
    return ExperimentKeys.schema();
  }

  /** The text of an experiment that comes with the framework, such as {@code quickstart}. */
  public static Optional<String> builtIn(String name) {
    if (!name.matches("[a-z][a-z0-9-]*")) {
      return Optional.empty();
    }
    try (InputStream in = ExperimentFile.class.getResourceAsStream(name + ".yaml")) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new PalimpsestException(name + ".yaml cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Reads the text of an experiment file. */
  public static Experiment parse(String file, String text, Path base, Map<String, String> given) {
    return parse(file, text, base, given, Path.of(""));
  }

  private static Experiment parse(
      String file, String text, Path base, Map<String, String> given, Path directory) {
    YamlMap plain = YamlMap.read(file, text).onlyKeys(ExperimentKeys.FILE.names());
    Optional<YamlMap> declared = plain.map("variables");
    if (declared.isEmpty() && !given.isEmpty()) {
      String name = given.keySet().iterator().next();
      throw plain.place().error("the file declares no variable '" + name + "'");
    }
    YamlMap root =
        declared
            .map(d -> plain.with(Variables.of(d, given, directory.toAbsolutePath())))
            .orElse(plain);
    ExperimentKeys.FILE.check(root);
    String name = name(root, file);
    List<DataSet> tasks = root.maps("tasks").stream().map(DataSetReader::task).toList();
    tasks.forEach(DataSetReader::requireEvaluation);
    List<DataSet> kept = root.maps("evaluation").stream().map(DataSetReader::evaluated).toList();
    Optional<DataSet> corpus = root.map("corpus").map(DataSetReader::corpus);
    DataSetReader.checkNames(tasks, kept, corpus);
    boolean allowOverlap = root.scalar("allow-overlap").map(YamlScalar::flag).orElse(false);
    if (!allowOverlap) {
      corpus.ifPresent(c -> DataSetReader.checkApart(c, tasks, kept));
    }
    Optional<YamlMap> made =
        root.isMap("model") ? Optional.of(root.requiredMap("model")) : Optional.empty();
    Optional<FreshDecoder> decoder = made.filter(FreshDecoder::describes).map(FreshDecoder::of);
    Optional<FreshClassifier> classifier =
        made.filter(m -> decoder.isEmpty()).map(FreshClassifier::of);
    YamlMap training = root.map("training").orElseGet(() -> YamlMap.read(file, "{}"));
    return new Experiment(
        name,
        base,
        classifier
            .map(c -> WrittenPath.of(c.network().toString()))
            .or(() -> decoder.map(FreshDecoder::config))
            .orElseGet(() -> root.required("model").path()),
        classifier,
        decoder,
        tasks,
        kept,
        corpus,
        training(training),
        count(training, "evaluation-points"),
        training.scalar("clip-norm").map(v -> v.real(0)).orElse(0.0),
        allowOverlap,
        training.scalar("max-length").map(ExperimentFile::whole).orElse(0),
        new Experiment.Batching(
            training.scalar("pack").map(YamlScalar::flag).orElse(false),
            count(training, "buckets")),
        root.map("budget").map(b -> b.required("equal").choice(Budget.class)).orElse(Budget.STEPS),
        axes(root.requiredMap("axes")),
        DesignReader.design(root),
        seeds(root),
        root.scalars("exclude").stream().map(Exclusion::parse).toList(),
        root.scalars("metrics").stream().map(ExperimentFile::level).toList(),
        root.scalars("probes").stream().map(ExperimentFile::level).toList(),
        root.map("analysis").map(ExperimentFile::analysis),
        Optional.empty(),
        root.map("track").map(ExperimentFile::track).orElse(Track.NONE),
        device(root, training),
        places(root));
  }

  private static Experiment.Places places(YamlMap root) {
    Map<String, Place> trackers = new HashMap<>();
    root.map("track")
        .ifPresent(track -> track.keys().forEach(word -> trackers.put(word, track.place(word))));
    return new Experiment.Places(
        root.place("model"),
        root.map("training")
            .filter(training -> training.has("max-length"))
            .map(training -> training.place("max-length"))
            .orElse(root.place("model")),
        root.map("analysis").stream()
            .flatMap(analysis -> analysis.scalars("primary").stream())
            .map(YamlScalar::place)
            .toList(),
        trackers);
  }

  private static GridPlan.Declared analysis(YamlMap analysis) {
    return new GridPlan.Declared(
        analysis.scalars("primary").stream().map(YamlScalar::text).toList(),
        analysis.scalar("margin").map(m -> m.real(0)).orElse(null));
  }

  private static Track track(YamlMap track) {
    return new Track(track.keys().stream().map(word -> target(track, word)).toList());
  }

  private static Track.Target target(YamlMap track, String word) {
    try {
      return new Track.Target(word, track.required(word).text());
    } catch (PalimpsestException e) {
      throw track.place(word).error(e);
    }
  }

  /** A number whose range was checked with the file. */
  private static int whole(YamlScalar v) {
    return (int) v.integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** The name, or that of the file. It also names the output folder, so it is no path. */
  private static String name(YamlMap root, String file) {
    String name = root.scalar("name").map(YamlScalar::name).orElseGet(() -> baseName(file));
    if (name.contains("/") || name.contains("\\") || List.of("", ".", "..").contains(name)) {
      throw root.place("name")
          .error("the experiment's name '" + name + "' cannot be the name of its output folder");
    }
    return name;
  }

  private static String baseName(String file) {
    String last = Path.of(file).getFileName().toString();
    return YamlScalar.name(last.replaceFirst("\\.ya?ml$", ""));
  }

  static int count(YamlMap m, String key) {
    return m.scalar(key).map(ExperimentFile::whole).orElse(0);
  }

  private static Training training(YamlMap m) {
    int steps = count(m, "steps");
    // if only a number of steps is given, epochs are repeated until it is reached
    int epochs = m.scalar("epochs").map(ExperimentFile::whole).orElse(Math.max(1, steps));
    int batch = m.scalar("batch").map(ExperimentFile::whole).orElse(DEFAULT_BATCH);
    int accumulation = m.scalar("accumulation").map(v -> (int) v.integer(1, batch)).orElse(1);
    int microBatch = Training.microBatchSize(batch, accumulation);
    return new Training(
        epochs,
        steps,
        batch,
        accumulation,
        m.scalar("checkpoint-every").map(ExperimentFile::whole).orElse(DEFAULT_CHECKPOINT_EVERY),
        m.scalar("compute").map(v -> v.choice(Compute.class)).orElse(Compute.FLOAT32),
        m.scalar("recompute").map(v -> v.choice(Recompute.class)).orElse(Recompute.AUTO),
        new LossChunk(count(m, "loss-chunk")),
        new SlotStorage(
            m.scalar("slots").map(v -> v.choice(SlotType.class)).orElse(SlotType.FLOAT32),
            m.scalar("slots-place").map(v -> v.choice(SlotPlace.class)).orElse(SlotPlace.DEVICE)),
        m.scalar("towers").map(v -> (int) v.integer(1, microBatch)).orElse(1));
  }

  private static List<Axis> axes(YamlMap m) {
    return m.keys().stream().map(name -> axis(m, name)).toList();
  }

  private static Axis axis(YamlMap axes, String name) {
    boolean swept = axes.isMap(name);
    YamlMap m = swept ? axes.requiredMap(name) : axes;
    List<Axis.Level> levels =
        m.scalars(swept ? LevelsForm.LEVELS : name).stream().map(ExperimentFile::level).toList();
    List<Sweep> sweeps =
        swept
            ? m.keys().stream()
                .filter(key -> !key.equals(LevelsForm.LEVELS))
                .map(key -> DesignReader.sweep(m, key))
                .toList()
            : List.of();
    return new Axis(name, levels, sweeps, axes.place(name));
  }

  static Axis.Level level(YamlScalar v) {
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

  private static Device device(YamlMap root, YamlMap training) {
    Device device = root.scalar("device").map(ExperimentFile::device).orElse(Device.CPU);
    Optional<YamlScalar> towers = training.scalar("towers");
    try {
      return device.forTowers(towers.map(ExperimentFile::whole).orElse(1));
    } catch (PalimpsestException e) {
      throw towers.orElseThrow().place().error(e);
    }
  }

  static Device device(YamlScalar v) {
    try {
      return Device.named(v.text());
    } catch (PalimpsestException e) {
      throw v.place().error(e);
    }
  }
}
