package io.github.palimpsest.execution.library;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.engine.device.DeviceList;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.UntilPrecise;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan.Excluded;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.NewFolder;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Builds an experiment and runs it. Nothing is checked before {@link #run()}, which checks all of
 * it with the reader of experiment files: what that refuses is refused here with the same words.
 * Not thread-safe.
 */
public final class ExperimentBuilder {
  /** The axis whose levels may be whole recipes. */
  private static final String RECIPES = "strategy";

  private final String name;
  private PluginRegistry registry;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<Map<String, Object>> tasks = new ArrayList<>();
  private final List<Map<String, Object>> evaluation = new ArrayList<>();
  private final Map<String, Object> training = new LinkedHashMap<>();
  private final List<String> recipes = new ArrayList<>();
  private List<Long> seeds = List.of(1L);
  private Optional<UntilPrecise> precision = Optional.empty();

  ExperimentBuilder(String name, PluginRegistry registry) {
    this.name = Objects.requireNonNull(name, "name");
    this.registry = registry;
  }

  /**
   * The model with which every recipe starts.
   *
   * @param model a Hugging Face directory, relative to the working directory, or {@code quickstart}
   */
  public ExperimentBuilder model(String model) {
    return with("model", model);
  }

  /** Adds a task; tasks are trained in the given order. */
  public ExperimentBuilder task(Task task) {
    tasks.add(task.values());
    return this;
  }

  /**
   * Adds a set that is scored before the first task and after each one, and never trained on.
   *
   * @param set a task without {@link Task#heldOut} and {@link Task#test}
   */
  public ExperimentBuilder evaluation(Task set) {
    evaluation.add(set.values());
    return this;
  }

  /**
   * Sets examples of what the model was pretrained on, for recipes that use them.
   *
   * @param documents a name, a data file and how it is read
   */
  public ExperimentBuilder corpus(Task documents) {
    return with("corpus", documents.values());
  }

  /**
   * Sets the metrics of the score matrix. Without this call, all that the plugins offer.
   *
   * @param each such as {@code forgetting} or {@code backward-transfer}
   */
  public ExperimentBuilder metrics(String... each) {
    return with("metrics", List.of(each));
  }

  /**
   * Sets the device that trains, such as {@code cpu} or {@code gpu:0}. Without this call, the CPU.
   */
  public ExperimentBuilder device(String device) {
    return with("device", device);
  }

  /**
   * Sets another key of an experiment file.
   *
   * @param key a key at the top level, such as {@code allow-overlap} or {@code probes}
   * @param value a text, a number, a truth value, or lists and maps of these
   */
  public ExperimentBuilder with(String key, Object value) {
    values.put(key, Objects.requireNonNull(value, key));
    return this;
  }

  /**
   * Adds the plugin JARs of a folder. Each call loads them: a program that builds many experiments
   * adds them once to a {@link PluginRegistry}, and gives that to each.
   *
   * @throws PalimpsestException if the folder does not exist, or one of its JARs cannot be loaded
   */
  public ExperimentBuilder plugins(Path folder) {
    registry = registry.withFolder(folder);
    return this;
  }

  /**
   * Adds the components of a plugin that the program has made. One that a service file of the class
   * path names is there already.
   *
   * @throws PalimpsestException if a component has the name of another, or no vendor prefix
   */
  public ExperimentBuilder plugin(Plugin plugin) {
    registry = registry.with(plugin);
    return this;
  }

  /**
   * Adds a recipe to train and compare.
   *
   * @param recipe recipe text, such as {@code adamw(lr=1e-3) + ewc(lambda=100)}
   */
  public ExperimentBuilder recipe(String recipe) {
    recipes.add(Objects.requireNonNull(recipe, "recipe"));
    return this;
  }

  /** The seeds; each recipe is trained once with each. Without this call, 1. */
  public ExperimentBuilder seeds(long... each) {
    seeds = Arrays.stream(each).boxed().toList();
    return this;
  }

  /**
   * Adds seeds until the intervals of the primary outcomes are narrow enough, by Stein's two-stage
   * rule. The first stage has the given {@linkplain #seeds seeds}, or five if they are fewer.
   * {@link #text()} does not hold the rule: the command has the options {@code --until-precise} and
   * {@code --max-seeds} for it.
   *
   * @param width the wanted width from end to end, in the unit of the primary outcomes
   * @param maxSeeds the largest number of seeds
   * @throws PalimpsestException if the width is not a positive number
   */
  public ExperimentBuilder untilPrecise(double width, int maxSeeds) {
    precision = Optional.of(new UntilPrecise(width, maxSeeds));
    return this;
  }

  /** Trains each task for at most this number of steps. */
  public ExperimentBuilder steps(int steps) {
    return training("steps", steps);
  }

  /** Sets the passes over the examples of each task. Without this call, 1. */
  public ExperimentBuilder epochs(int epochs) {
    return training("epochs", epochs);
  }

  /** Sets the examples in a step. Without this call, 8. */
  public ExperimentBuilder batch(int examples) {
    return training("batch", examples);
  }

  /**
   * Sets a value of the training of each task.
   *
   * @param key a key of {@code training} in an experiment file, such as {@code max-length}
   * @param value a text, a number or a truth value
   */
  public ExperimentBuilder training(String key, Object value) {
    training.put(key, Objects.requireNonNull(value, key));
    return this;
  }

  /**
   * The text of an equivalent experiment file for {@code palimpsest run}. Lines and columns in
   * messages refer to it. It is JSON, which is also YAML.
   */
  public String text() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("name", name);
    all.putAll(values);
    all.put("tasks", tasks);
    if (!evaluation.isEmpty()) {
      all.put("evaluation", evaluation);
    }
    if (!training.isEmpty()) {
      all.put("training", training);
    }
    Map<String, Object> axes = new LinkedHashMap<>();
    axes.put("optimizer", List.of("none")); // each recipe has its own
    axes.put(RECIPES, recipes);
    all.put("axes", axes);
    all.put("seeds", seeds);
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          "experiment '" + name + "' holds a value that an experiment file cannot hold", e);
    }
  }

  /**
   * Checks the experiment and plans it, without opening the model or training anything. With {@link
   * #untilPrecise}, the plan is that of the first stage.
   *
   * @throws PalimpsestException if a value is missing or wrong, a component is unknown, a file does
   *     not exist, or a recipe cannot run; names it
   */
  public Plan plan() {
    Path here = Path.of("").toAbsolutePath();
    Plan plan =
        Plan.of(
            ExperimentFile.parse("experiment '" + name + "'", text(), here, Map.of()), registry);
    for (Excluded excluded : plan.excluded()) {
      throw new RuleViolationException(
          excluded.rule(), "recipe '" + excluded.levels() + "' cannot run: " + excluded.reason());
    }
    return precision.map(rule -> rule.firstStage(plan)).orElse(plan);
  }

  /**
   * Trains and measures every recipe with every seed, in this process and in a temporary folder
   * that is removed afterwards. Interrupting the thread stops it after the current step.
   *
   * @return the results; a recipe that failed is among the {@linkplain ExperimentResults#failures
   *     failures}
   * @throws PalimpsestException as {@link #plan()}, and if the model or a data file cannot be read,
   *     or the device does not exist
   * @throws OutputException if the temporary folder cannot be written
   */
  public ExperimentResults run() {
    Plan plan = plan();
    Path folder;
    try {
      folder = Files.createTempDirectory("palimpsest-");
    } catch (IOException e) {
      throw new OutputException(Path.of(System.getProperty("java.io.tmpdir", "")), e);
    }
    try {
      return run(plan, folder.resolve("out"), RunListener.NONE);
    } finally {
      Folders.deleteQuietly(folder);
    }
  }

  /**
   * Trains and measures in a folder that is kept. Cells that already have a result there are not
   * trained again, and the commands {@code report}, {@code query} and {@code status} can read it.
   *
   * <p>The run ends after the current step if the listener says so, if it throws, and if the thread
   * is interrupted, whose status is then still set. What it left undone is {@linkplain
   * ExperimentResults#unfinished unfinished}; another call continues it to the same bits.
   *
   * @param folder created if it is missing
   * @param listener receives the events of the run and damaged files, in the order of the run, and
   *     may stop it; what it throws is thrown here
   * @throws PalimpsestException as {@link #run()}
   * @throws OutputException if the folder belongs to another experiment or cannot be written
   */
  public ExperimentResults run(Path folder, RunListener listener) {
    return run(plan(), folder, listener);
  }

  private ExperimentResults run(Plan first, Path folder, RunListener listener) {
    DeviceList.require(first.experiment().device());
    try (StoppableListener stoppable = new StoppableListener(listener)) {
      Plan plan = precision.map(rule -> rule.begin(first, folder)).orElse(first);
      try (Subject subject = Subjects.open(plan.experiment(), plan.registry())) {
        Optional<Plan> next = Optional.of(plan);
        while (next.isPresent()) {
          Plan now = next.get();
          plan = now;
          ExperimentRun.run(now, RunSettings.DEFAULT, subject, folder, stoppable);
          next = precision.flatMap(rule -> rule.next(now, RunSettings.DEFAULT, folder));
        }
      } catch (OutputException e) {
        if (!(e.getCause() instanceof ClosedByInterruptException)) {
          throw e;
        }
        stoppable.takeInterruption(); // during a write: the next run repeats it
      }
      stoppable.rethrow();
      return results(plan, folder);
    }
  }

  private static ExperimentResults results(Plan plan, Path folder) {
    FolderLayout layout = new FolderLayout(folder);
    List<RecipeResult> results = new ArrayList<>();
    List<CellFailure> failures = new ArrayList<>();
    List<Unfinished> unfinished = new ArrayList<>();
    for (Cell cell : plan.cells()) {
      String recipe = cell.levels().getOrDefault(RECIPES, cell.recipe().toString());
      if (JsonFile.isThere(layout.result(cell.id()))) {
        CellResult result = CellResult.of(layout.result(cell.id()));
        results.add(new RecipeResult(recipe, cell.seed(), result));
      } else if (JsonFile.isThere(layout.cellFailure(cell.id()))) {
        failures.add(JsonFile.read(layout.cellFailure(cell.id()), CellFailure.class));
      } else {
        unfinished.add(new Unfinished(recipe, cell.seed()));
      }
    }
    return new ExperimentResults(results, failures, unfinished);
  }

  /**
   * Saves a model that {@link #run(Path, RunListener)} has trained: after the last task and the
   * mergers, with an adapter merged into it.
   *
   * @param folder the folder of the run
   * @param result which model
   * @param out the new folder: a Hugging Face directory for a language model
   * @throws PalimpsestException if the folder of the run does not have it, or the new folder exists
   */
  public void save(Path folder, RecipeResult result, Path out) {
    Plan first = plan();
    Plan plan = precision.map(rule -> rule.begin(first, folder)).orElse(first);
    Cell cell =
        plan.cells().stream()
            .filter(c -> c.id().equals(result.cell().id()))
            .findFirst()
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        "'%s' with seed %d is no result of the experiment '%s' as it is now"
                            .formatted(result.recipe(), result.seed(), name)));
    cell.recipe().requireMergeable("saving writes the tensors of the model itself");
    NewFolder.requireAbsent(out, "models");
    try (Subject subject = Subjects.open(plan.experiment(), plan.registry())) {
      subject.save(ProbeRun.weights(plan, subject, folder, cell), out, Optional.empty(), "");
    }
  }
}
