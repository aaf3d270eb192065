package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a cell's {@code result.json}. Equal runs give equal bytes, since it contains no
 * measurement of the run. The order of the components is the order of the keys in the file.
 *
 * @param format the version of this layout
 * @param id the cell
 * @param experiment the experiment's name
 * @param label the recipe without its defaults
 * @param recipe the canonical text of the recipe
 * @param seed the seed of its random streams
 * @param measure the measure that scores the tasks
 * @param higherIsBetter whether a higher score of a task is better
 * @param tasks the tasks' names in order
 * @param steps the number of steps of each task
 * @param scores the score matrix of the tasks
 * @param evaluation the scores of the evaluation sets, by name; {@code kept} in the file
 * @param metrics each metric; NaN if it is not defined
 * @param declaredCost the total declared cost of the recipe's components
 * @param components the source of each component
 * @param inputs the values, other than recipe and seed, that determine the result
 * @param overlap the examples that training and evaluation data share; absent if there are none
 * @param data the use of the records of the data; absent if nothing is known
 * @param rehearsed the number of rehearsed examples in an epoch of each task, null for a task that
 *     should have none; absent if no rehearsal knows these numbers
 * @param rows every score with its examples: before the first task, then after each task; empty
 *     after a task after which there is no merged model
 * @param merging when the recipe's mergers act; absent without mergers
 * @param references the score of each task's reference model on this task, by the word of their
 *     training and the task's name; absent if no metric needs them
 * @param failedMetrics why a metric of a plugin has no value, by metric; absent if none failed
 */
public record CellResult(
    int format,
    String id,
    String experiment,
    String label,
    String recipe,
    long seed,
    String measure,
    boolean higherIsBetter,
    List<String> tasks,
    List<Long> steps,
    Matrix scores,
    @JsonProperty("kept") Map<String, Evaluation> evaluation,
    Map<String, Double> metrics,
    DeclaredCost declaredCost,
    List<Source> components,
    Map<String, String> inputs,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SharedExamples overlap,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable DataUse data,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<@Nullable Long> rehearsed,
    List<SortedMap<String, Row>> rows,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Merging merging,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable SortedMap<String, SortedMap<String, Row>> references,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> failedMetrics) {
  /** The version of the layout that this class writes. */
  public static final int FORMAT = 1;

  private static final String MERGER = "merger";

  /** Copies the collections, and replaces missing ones with empty ones. */
  public CellResult {
    JsonFile.required(id, "id");
    JsonFile.required(label, "label");
    JsonFile.required(recipe, "recipe");
    JsonFile.required(measure, "measure");
    tasks = JsonFile.list(tasks);
    steps = JsonFile.list(steps);
    scores = scores == null ? new Matrix(new double[0], new double[0][]) : scores;
    evaluation = JsonFile.map(evaluation);
    metrics = JsonFile.numbers(metrics);
    declaredCost =
        declaredCost == null ? new DeclaredCost(Double.NaN, Double.NaN, Double.NaN) : declaredCost;
    components = JsonFile.list(components);
    inputs = JsonFile.map(inputs);
    failedMetrics = JsonFile.map(failedMetrics);
    rows = JsonFile.list(rows);
    rows.forEach(row -> row.forEach((set, score) -> JsonFile.required(score, set)));
    if (references != null) {
      references.forEach(
          (word, row) ->
              JsonFile.required(row, word)
                  .forEach((task, score) -> JsonFile.required(score, task)));
    }
  }

  /**
   * The score matrix {@code R[t, i]} of the tasks, in the unit of their measure; NaN if there is no
   * score.
   *
   * @param before the score of each task before any training
   * @param after one row for each task: the score of each task after it
   */
  public record Matrix(double[] before, double[][] after) {
    /** Requires both. */
    public Matrix {
      JsonFile.required(before, "before");
      for (double[] row : JsonFile.required(after, "after")) {
        JsonFile.required(row, "after");
      }
    }

    /** The scores after the last task; empty if there are none. */
    public double[] last() {
      return after.length == 0 ? new double[0] : after[after.length - 1].clone();
    }
  }

  /**
   * The scores of an evaluation set, which is never trained on.
   *
   * @param measure the measure that scores it
   * @param before the score before the first task
   * @param after the score after each task
   */
  public record Evaluation(String measure, double before, double[] after) {
    /** Requires the measure and the scores after the tasks. */
    public Evaluation {
      JsonFile.required(measure, "measure");
      JsonFile.required(after, "after");
    }

    /** The score after the last task; NaN if there is none. */
    public double last() {
      return after.length == 0 ? Double.NaN : after[after.length - 1];
    }

    /** The change of the score from before the first task to after the last one. */
    public double drift() {
      return last() - before;
    }
  }

  /**
   * The declared cost of components; see {@link io.github.palimpsest.api.component.Cost}.
   *
   * @param passesPerStep forward-and-backward passes per step
   * @param slotsPerParameter numbers kept for each trained parameter
   * @param snapshotsPerTask copies of the weights kept for each task
   */
  public record DeclaredCost(
      double passesPerStep, double slotsPerParameter, double snapshotsPerTask) {}

  /**
   * The source of a component.
   *
   * @param id the component's id
   * @param kind its kind
   * @param plugin the plugin that offers it
   * @param version the plugin's version
   * @param jar the name of its JAR
   * @param sha256 the hash of the JAR
   * @param certificate the state of its certificate when the cell was computed: all else in the
   *     results of equal runs is equal, also if the component was verified between them
   */
  public record Source(
      String id,
      String kind,
      String plugin,
      String version,
      String jar,
      String sha256,
      String certificate) {
    /** Requires the id and the kind. */
    public Source {
      JsonFile.required(id, "id");
      JsonFile.required(kind, "kind");
    }

    /** Whether its certificate says that it breaks a rule of the kit. */
    public boolean refused() {
      return "failed".equals(certificate);
    }

    /** What is said of it then, without a stop. */
    public String refusal() {
      return "%s '%s' of %s %s (%s) is refused by the kit: 'palimpsest verify %s' says why"
          .formatted(kind, id, plugin, version, jar, id);
    }
  }

  /**
   * A score in the form of the file.
   *
   * @param value the score
   * @param perExample the outcome of each example
   * @param weights the weight of each example; only in the first row, since all rows have the same
   * @param chosen the choice that the model made for each example, from 0; absent without choices
   */
  public record Row(
      double value,
      double[] perExample,
      @JsonInclude(JsonInclude.Include.NON_NULL) double @Nullable [] weights,
      @JsonInclude(JsonInclude.Include.NON_NULL) int @Nullable [] chosen) {}

  /** Every score with its examples and weights: before the first task, then after each task. */
  public List<SortedMap<String, SetScore>> setScores() {
    return setScores(rows);
  }

  /** The training without mergers at the end; empty if there are none. */
  public Optional<Merging.Unmerged> unmerged() {
    return Optional.ofNullable(merging).map(Merging::unmerged);
  }

  /**
   * The scores of reference models on their tasks, by the task's name.
   *
   * @param word the word of their training
   * @return empty if there are none
   */
  public SortedMap<String, SetScore> references(String word) {
    TreeMap<String, SetScore> scores = new TreeMap<>();
    if (references != null) {
      references
          .getOrDefault(word, new TreeMap<>())
          .forEach((task, score) -> scores.put(task, SetScore.of(score, score.weights())));
    }
    return scores;
  }

  /**
   * Scores of reference models in the form of the file.
   *
   * @param scores by the word of their training and the task's name
   * @return null if there are none
   */
  public static @Nullable SortedMap<String, SortedMap<String, Row>> references(
      SortedMap<String, SortedMap<String, SetScore>> scores) {
    TreeMap<String, SortedMap<String, Row>> all = new TreeMap<>();
    scores.forEach((word, row) -> all.put(word, rows(List.of(row)).get(0)));
    return all.isEmpty() ? null : all;
  }

  /** Whether the recipe has a merger. */
  public boolean hasMerger() {
    return components.stream().anyMatch(c -> MERGER.equals(c.kind()));
  }

  /**
   * The scores of the training without mergers at the end: before the first task, then after each
   * task; the scores of the cell if there are no such mergers.
   */
  public List<SortedMap<String, SetScore>> unmergedScores() {
    List<SortedMap<String, Row>> all = new ArrayList<>(rows.isEmpty() ? rows : rows.subList(0, 1));
    unmerged().ifPresent(u -> all.addAll(u.rows()));
    return unmerged().isEmpty() ? setScores() : setScores(all);
  }

  /**
   * Reads a finished cell's result.
   *
   * @throws PalimpsestException if it cannot be read, or was written when one matrix held scores of
   *     merged and unmerged models
   */
  public static CellResult of(Path file) {
    CellResult result = JsonFile.read(file, CellResult.class);
    if (result.hasMerger() && result.merging == null && result.tasks.size() > 1) {
      throw new PalimpsestException(
          "'"
              + file
              + "' ("
              + result.label
              + ") is of an earlier version, whose score matrices may mix merged and unmerged"
              + " models: run the experiment again in another output folder");
    }
    return result;
  }

  /** The scores of a file's rows, each with the weights from the first row. */
  public static List<SortedMap<String, SetScore>> setScores(List<SortedMap<String, Row>> rows) {
    List<SortedMap<String, SetScore>> all = new ArrayList<>();
    for (SortedMap<String, Row> row : rows) {
      TreeMap<String, SetScore> scores = new TreeMap<>();
      row.forEach(
          (set, score) -> {
            Row first = rows.get(0).get(set);
            double[] weights = first == null ? null : first.weights();
            scores.put(set, SetScore.of(score, weights));
          });
      all.add(scores);
    }
    return all;
  }

  /** Rows of scores in the form of a file, with the examples' weights only in the first row. */
  public static List<SortedMap<String, Row>> rows(List<SortedMap<String, SetScore>> scores) {
    List<SortedMap<String, Row>> rows = new ArrayList<>();
    for (SortedMap<String, SetScore> each : scores) {
      boolean first = rows.isEmpty();
      TreeMap<String, Row> row = new TreeMap<>();
      each.forEach((set, s) -> row.put(set, s.row(first)));
      rows.add(row);
    }
    return rows;
  }

  /** A metric; NaN if it is not defined or no metric has this name. */
  public double metric(String name) {
    return metrics.getOrDefault(name, Double.NaN);
  }

  /** A sentence for each task that should have rehearsed examples and has none. */
  public List<String> rehearsalWarnings() {
    List<String> all = new ArrayList<>();
    List<@Nullable Long> numbers = rehearsed;
    for (int task = 0; numbers != null && task < numbers.size(); task++) {
      Long number = numbers.get(task);
      if (number != null && number == 0 && task < tasks.size()) {
        all.add(
            "'"
                + label
                + "' rehearses no example in an epoch of task '"
                + tasks.get(task)
                + "': its ratio of the examples there is less than one.");
      }
    }
    return all;
  }

  /** The number of steps of all tasks together. */
  public long allSteps() {
    return steps.stream().mapToLong(Long::longValue).sum();
  }

  /** Forward-and-backward passes of the whole training, as the components declare them. */
  public double passes() {
    return allSteps() * declaredCost.passesPerStep();
  }

  /**
   * The mean over tasks of the score right after a task's own training; with mergers at the end, of
   * the only merged model. NaN without scores.
   */
  public double learned() {
    if (unmerged().isPresent()) {
      return Arrays.stream(scores.last()).average().orElse(Double.NaN);
    }
    double[][] after = scores.after();
    double learned = 0;
    for (int t = 0; t < after.length; t++) {
      learned += (t < after[t].length ? after[t][t] : Double.NaN) / after.length;
    }
    return after.length == 0 ? Double.NaN : learned;
  }

  /**
   * A copy with other metrics.
   *
   * @param unmergedMetrics those of the training without mergers at the end; unused if there are
   *     none
   * @param compared the scores of the reference models that these metrics need, in the form of the
   *     file
   * @param failures why some of these metrics have no value
   * @param strangers the sources of metrics of third parties
   */
  public CellResult with(
      Map<String, Double> others,
      Map<String, Double> unmergedMetrics,
      @Nullable SortedMap<String, SortedMap<String, Row>> compared,
      Map<String, String> failures,
      List<Source> strangers) {
    return new CellResult(
        format,
        id,
        experiment,
        label,
        recipe,
        seed,
        measure,
        higherIsBetter,
        tasks,
        steps,
        scores,
        evaluation,
        others,
        declaredCost,
        Stream.concat(
                components.stream().filter(c -> !c.kind().equals(Kind.METRIC.label())),
                strangers.stream())
            .toList(),
        inputs,
        overlap,
        data,
        rehearsed,
        rows,
        unmerged().map(u -> new Merging(merging.after(), u.with(unmergedMetrics))).orElse(merging),
        compared,
        failures);
  }

  @Override
  public String toString() {
    return id + " " + label + ", seed " + seed + ": " + Arrays.toString(scores.last());
  }
}
