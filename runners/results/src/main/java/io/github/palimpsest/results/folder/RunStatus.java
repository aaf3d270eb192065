package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.text.Hours;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.Quarantine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an output folder, read from its files alone, since another process may be writing
 * to it.
 *
 * @param name the experiment's name
 * @param cells the number of cells of the latest plan
 * @param finished the number of cells with a result
 * @param failures the cells that failed, each with its reason
 * @param stages the number of task trainings of the latest run
 * @param trained the number of finished task trainings
 * @param secondsLeft the estimated time of the open trainings: their number times the mean time of
 *     the finished ones, divided by the number of runs that are alive; negative if unknown
 * @param runs the note of each run, including runs that died
 * @param silent for how long a run elsewhere has given no sign of life, by the folder's clock, by
 *     its id: only runs whose lease is over by that
 * @param damaged the number of damaged parts that were ever set aside
 * @param strangers the number of results of earlier plans
 * @param untilPrecise the rule that adds seeds; null if their number is fixed
 */
public record RunStatus(
    String name,
    int cells,
    int finished,
    List<CellFailure> failures,
    int stages,
    int trained,
    double secondsLeft,
    List<RunNote> runs,
    Map<String, Duration> silent,
    int damaged,
    int strangers,
    @Nullable Precision untilPrecise) {
  /** Copies the lists. */
  public RunStatus {
    failures = List.copyOf(failures);
    runs = List.copyOf(runs);
    silent = Map.copyOf(silent);
  }

  /** The runs that are alive, as far as this system and the folder can tell. */
  public List<RunNote> working() {
    return runs.stream().filter(this::works).toList();
  }

  private boolean works(RunNote run) {
    return run.alive() && silence(run).isEmpty();
  }

  /** What is wrong with the heartbeat of a run elsewhere; empty if nothing is. */
  public Optional<String> silence(RunNote run) {
    RunWorker worker = run.worker();
    return Optional.ofNullable(worker == null ? null : silent.get(worker.id()))
        .map(
            time ->
                String.format(
                    Locale.ROOT,
                    "no heartbeat for %d s, and its lease of %.0f s is over",
                    time.toSeconds(),
                    Objects.requireNonNull(worker).leaseSeconds()));
  }

  /** The number of cells with a result or a failure. */
  public int over() {
    return finished + failed();
  }

  /** The number of cells with neither. */
  public int open() {
    return Math.max(0, cells - over());
  }

  /** The number of cells that failed. */
  public int failed() {
    return failures.size();
  }

  /**
   * Reads the status of a folder.
   *
   * @throws io.github.palimpsest.storage.DamagedFileException if one of its records is damaged
   * @throws PalimpsestException if it is not an output folder
   */
  public static RunStatus of(Path root) {
    FolderLayout folder = new FolderLayout(root);
    GridPlan plan = GridPlan.of(folder);
    int finished = 0;
    List<CellFailure> failures = new ArrayList<>();
    for (CellHistory.Planned cell : plan.cells()) {
      if (JsonFile.isThere(folder.result(cell.id()))) {
        finished++;
      } else if (JsonFile.isThere(folder.cellFailure(cell.id()))) {
        failures.add(JsonFile.read(folder.cellFailure(cell.id()), CellFailure.class));
      }
    }
    List<String> ids = Chains.of(folder).ids();
    int trained = 0;
    int closed = 0;
    double seconds = 0;
    for (String id : ids) {
      if (JsonFile.isThere(folder.about(id))) {
        trained++;
        Timing measured = JsonFile.read(folder.about(id), StageResult.class).measured();
        Double wall = measured == null ? null : measured.wallSeconds();
        seconds += wall == null ? 0 : wall;
      } else if (JsonFile.isThere(folder.stageFailure(id))) {
        closed++;
      }
    }
    List<RunNote> runs = RunNote.all(folder);
    RunStatus status =
        new RunStatus(
            plan.experiment(),
            plan.cells().size(),
            finished,
            failures,
            ids.size(),
            trained,
            -1,
            runs,
            RunNote.silent(folder, runs),
            Folders.contentIfThere(root.resolve(Quarantine.FOLDER)).size(),
            plan.strangers(folder),
            plan.untilPrecise());
    int working = status.working().size();
    double open = ids.size() - trained - closed - status.partsTrained();
    return trained == 0 || working == 0
        ? status
        : status.withSecondsLeft(seconds / trained * open / working);
  }

  /** The trainings that are under way, as parts of whole ones. */
  private double partsTrained() {
    return working().stream().mapToDouble(RunNote::partTrained).sum();
  }

  private RunStatus withSecondsLeft(double seconds) {
    return new RunStatus(
        name,
        cells,
        finished,
        failures,
        stages,
        trained,
        seconds,
        runs,
        silent,
        damaged,
        strangers,
        untilPrecise);
  }

  /** The JSON, for programs. */
  public ObjectNode json() {
    return json(run -> "");
  }

  /**
   * The JSON, for programs.
   *
   * @param heartbeat what is known of a run's heartbeat; empty if nothing
   */
  public ObjectNode json(Function<RunNote, String> heartbeat) {
    ObjectNode json =
        Json.object()
            .put("experiment", name)
            .put("cells", cells)
            .put("finished", finished)
            .put("failed", failed())
            .put("stages", stages)
            .put("trained", trained)
            .put("damaged", damaged)
            .put("of_earlier_plans", strangers);
    if (secondsLeft < 0) {
      json.putNull("seconds_left");
    } else {
      json.put("seconds_left", secondsLeft);
    }
    if (untilPrecise != null) {
      json.set("until_precise", Json.tree(untilPrecise));
    }
    json.set("failures", Json.tree(failures));
    ArrayNode all = json.putArray("runs");
    for (RunNote run : runs) {
      ObjectNode one = Json.object(run).put("alive", works(run));
      String beat = silence(run).orElseGet(() -> heartbeat.apply(run));
      all.add(beat.isEmpty() ? one : one.put("heartbeat", beat));
    }
    return json;
  }

  /** The text, for people. */
  public String text() {
    return text(run -> "");
  }

  /**
   * The text, for people.
   *
   * @param heartbeat what is known of a run's heartbeat; empty if nothing
   */
  public String text(Function<RunNote, String> heartbeat) {
    StringBuilder text = new StringBuilder(headline());
    if (untilPrecise != null) {
      text.append('\n').append(untilPrecise.words());
    }
    if (working().isEmpty()) {
      text.append(finished + failed() < cells ? "\nno run is working on it" : "");
    }
    if (damaged > 0) {
      text.append("\ndamaged and set aside in '" + Quarantine.FOLDER + "': " + damaged);
    }
    GridPlan.ofEarlierPlans(strangers).ifPresent(s -> text.append('\n').append(s));
    failures.forEach(
        f ->
            text.append("\nfailed: ")
                .append(f.label())
                .append(", seed ")
                .append(f.seed())
                .append(": ")
                .append(f.reason()));
    runs.forEach(
        run -> {
          String beat = silence(run).orElseGet(() -> heartbeat.apply(run));
          text.append('\n').append(run.words(Objects.toString(run.recipe(), "")));
          text.append(beat.isEmpty() ? "" : "; " + beat);
        });
    return text.toString();
  }

  /** The progress in one line, with the remaining time if it is known. */
  public String headline() {
    return progress() + timeLeft().map(left -> "; " + left).orElse("");
  }

  /** The progress in one line, without the remaining time. */
  public String progress() {
    long diverged = failures.stream().filter(CellFailure::diverged).count();
    return String.format(
        Locale.ROOT,
        "%s: %d of %d cells done, %d failed%s; %d of %d trainings done",
        name,
        finished,
        cells,
        failed(),
        diverged == 0 ? "" : ", of which " + diverged + " diverged",
        trained,
        stages);
  }

  /** The remaining time of all workers together; empty if it is unknown or over. */
  public Optional<Duration> left() {
    return secondsLeft <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(Math.round(secondsLeft)));
  }

  /** The remaining time in words; empty if it is unknown or over. */
  public Optional<String> timeLeft() {
    return left().map(left -> "about " + Hours.of(left) + " of training left");
  }
}
