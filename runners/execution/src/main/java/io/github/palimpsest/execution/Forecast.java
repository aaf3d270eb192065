package io.github.palimpsest.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.StagePoints;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The expected cost of a plan on this machine, under the load when steps were measured.
 *
 * <p>The time of a stage is the number of its steps, times the measured time of a step of its
 * optimizer and adapter, times the ratio of the declared passes of all its components to those of
 * these two, times the ratio of a step of its task to a step of the first task. So the forecast
 * relies on the declarations of regularizers, rehearsal and mergers; their work between tasks is
 * not included.
 */
public final class Forecast {
  private final StageLoops loops;
  private final Stages stages;
  private final List<Timing> measured;
  private final int rows;
  private final double wholeRows;
  private final int points;
  private final OptionalDouble rowSeconds;

  Forecast(Plan plan, StageLoops loops, List<Timing> measured, OptionalDouble rowSeconds) {
    this.loops = loops;
    this.stages = Stages.of(plan, true);
    this.measured = List.copyOf(measured);
    this.rowSeconds = rowSeconds;
    Set<String> ids = new HashSet<>();
    Set<String> ofReferences = new HashSet<>();
    for (Cell cell : plan.cells()) {
      ids.addAll(stages.rows(cell));
      ofReferences.addAll(stages.referenceRows(cell));
    }
    this.rows = ids.size();
    int sets = plan.experiment().tasks().size() + plan.experiment().evaluation().size();
    // a reference model is scored on one set of a row's
    this.wholeRows = rows - ofReferences.size() * (1 - 1.0 / sets);
    this.points =
        stages.all().stream()
            .filter(s -> s.reference() == null)
            .mapToInt(s -> StagePoints.steps(loops.steps(s), plan.experiment().points()).size())
            .sum();
  }

  /**
   * Steps that were measured.
   *
   * @param recipe an optimizer, with or without an adapter
   * @param task the task's name
   * @param firstSeconds the first step, which builds the graph
   * @param stepSeconds the median of the others; NaN if it could not be trained
   * @param steps the number of steps
   * @param failure the reason why it could not be trained; empty if it could
   */
  public record Timing(
      Recipe recipe,
      String task,
      double firstSeconds,
      double stepSeconds,
      int steps,
      String failure) {
    /** From the moments of a beginning and of the end of each step. */
    static Timing of(Recipe recipe, String task, List<Long> nanos, String failure) {
      int steps = nanos.size() - 1;
      double first = steps < 1 ? Double.NaN : (nanos.get(1) - nanos.get(0)) / 1e9;
      double[] others = new double[Math.max(0, steps - 1)];
      for (int i = 0; i < others.length; i++) {
        others[i] = (nanos.get(i + 2) - nanos.get(i + 1)) / 1e9;
      }
      java.util.Arrays.sort(others);
      double median = others.length == 0 ? first : others[others.length / 2];
      return new Timing(recipe, task, first, median, steps, failure);
    }

    private boolean known() {
      return failure.isEmpty() && Double.isFinite(stepSeconds);
    }

    private double secondsPerPass() {
      return stepSeconds / Budget.cost(recipe).passesPerStep();
    }
  }

  /** An optimizer with only its adapter. */
  static Recipe plain(Recipe recipe) {
    return new Recipe(recipe.optimizer(), recipe.adapter(), List.of(), Optional.empty(), List.of());
  }

  /**
   * A recipe without its numbers that are not whole: rates, radii and shares change what a step
   * computes, but hardly its time. Whole numbers can be ranks or periods, and 0 turns things off.
   */
  static String kind(Recipe recipe) {
    return recipe.components().stream().map(c -> kind(c.canonical())).toList().toString();
  }

  private static String kind(Value value) {
    if (value instanceof Value.Num n && n.value() != Math.rint(n.value())) {
      return "number";
    }
    if (value instanceof Value.Items items) {
      return items.values().stream().map(Forecast::kind).toList().toString();
    }
    return value instanceof Value.Call call
        ? call.name()
            + call.arguments().entrySet().stream()
                .map(a -> a.getKey() + "=" + kind(a.getValue()))
                .toList()
        : value.toString();
  }

  /** The ids of a recipe's components, including wrapped ones. */
  static String components(Recipe recipe) {
    return Origins.all(recipe).toString();
  }

  /** Number of steps of all these trainings; one that occurs twice counts twice. */
  public long steps(Collection<Stage> trainings) {
    return trainings.stream().mapToLong(loops::steps).sum();
  }

  /** Number of forward-and-backward passes of all these trainings. */
  public double passes(Collection<Stage> trainings) {
    return trainings.stream().mapToDouble(loops::passes).sum();
  }

  /** Seconds of all these trainings one after another; NaN if nothing could be measured. */
  public double seconds(Collection<Stage> trainings) {
    return trainings.stream().mapToDouble(this::seconds).sum();
  }

  private double seconds(Stage stage) {
    Timing like = like(stage.recipe());
    double passes = Budget.cost(stage.recipe()).passesPerStep();
    double more = passes / Budget.cost(like.recipe()).passesPerStep();
    double build = Math.max(0, like.firstSeconds() - like.stepSeconds());
    return more * (build + loops.steps(stage) * like.stepSeconds() * longer(stage.task()));
  }

  /** What was measured that is nearest: the same kind, the same components, or any. */
  private Timing like(Recipe recipe) {
    String kind = kind(plain(recipe));
    String components = components(plain(recipe));
    List<Timing> known = measured.stream().filter(Timing::known).toList();
    return known.stream()
        .filter(m -> kind(m.recipe()).equals(kind))
        .findFirst()
        .or(() -> known.stream().filter(m -> components(m.recipe()).equals(components)).findFirst())
        .or(() -> known.stream().findFirst())
        .orElse(measured.get(0));
  }

  /** The ratio of a step of a task to a step of the first task. */
  private double longer(int task) {
    Timing first = measured.get(0);
    String name = loops.tasks().get(task).name();
    return measured.stream()
        .filter(m -> m.known() && first.known() && m.recipe().equals(first.recipe()))
        .filter(m -> m.task().equals(name))
        .mapToDouble(m -> m.secondsPerPass() / first.secondsPerPass())
        .findFirst()
        .orElse(1);
  }

  /** The number of rows of scores; a row that cells share counts once. */
  public int rows() {
    return rows;
  }

  /** The number of points along all stages; a stage that cells share counts once. */
  public int points() {
    return points;
  }

  /**
   * The seconds of all rows of scores and all points, each as long as a row; NaN if none was
   * measured.
   */
  public double scoringSeconds() {
    return rowSeconds.isPresent() ? (wholeRows + points) * rowSeconds.getAsDouble() : Double.NaN;
  }

  /** What was measured. */
  public List<Timing> measured() {
    return measured;
  }

  /** The forecast as JSON: with and without sharing, and its basis. */
  public ObjectNode json(Plan plan) {
    List<Stage> separate =
        plan.cells().stream().flatMap(cell -> stages.needed(cell).stream()).toList();
    ObjectNode json = Json.object();
    json.put("passes", passes(stages.all())).put("passes_without_sharing", passes(separate));
    put(json, "training_seconds", seconds(stages.all()));
    put(json, "training_seconds_without_sharing", seconds(separate));
    json.put("score_rows", rows).put("score_points", points);
    put(json, "scoring_seconds", scoringSeconds());
    ArrayNode calibration = json.putArray("calibration");
    for (Timing m : measured) {
      ObjectNode node =
          calibration.addObject().put("recipe", Objects.toString(m.recipe())).put("task", m.task());
      put(node, "first_step_seconds", m.firstSeconds());
      put(node, "step_seconds", m.stepSeconds());
      node.put("steps", m.steps());
      if (!m.failure().isEmpty()) {
        node.put("failure", m.failure());
      }
    }
    return json;
  }

  private static void put(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, Math.round(value * 1e4) / 1e4);
    } else {
      json.putNull(key);
    }
  }
}
