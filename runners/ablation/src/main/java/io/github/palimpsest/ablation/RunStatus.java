package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How far an output folder is, read from its files alone: another process may be writing to it.
 *
 * @param name the experiment's name
 * @param cells how many cells the latest plan has
 * @param finished cells with a result
 * @param failed cells without one, and why none
 * @param stages the task trainings of the latest run
 * @param trained those that are done
 * @param secondsLeft the open trainings at the mean time of the done ones, shared between the runs
 *     that are there; negative where nothing is known of it
 * @param runs what each run is doing, those that died included
 */
public record RunStatus(
    String name,
    int cells,
    int finished,
    int failed,
    int stages,
    int trained,
    double secondsLeft,
    List<JsonNode> runs) {
  static final String STAGES = "stages.json";

  /** Copies the list. */
  public RunStatus {
    runs = List.copyOf(runs);
  }

  /**
   * Looks at a folder.
   *
   * @throws PalimpsestException if it is no output folder
   */
  public static RunStatus of(Path root) {
    if (!Files.isRegularFile(root.resolve(OutputFolder.PLAN))) {
      throw new PalimpsestException("'" + root + "' is not an output folder: it has no plan");
    }
    JsonNode plan = JsonFile.read(root.resolve(OutputFolder.PLAN));
    int finished = 0;
    int failed = 0;
    for (JsonNode cell : plan.path("cells")) {
      Path folder = root.resolve("cells").resolve(cell.path("id").asText());
      if (Files.exists(folder.resolve(OutputFolder.RESULT))) {
        finished++;
      } else if (Files.exists(folder.resolve(OutputFolder.FAILED))) {
        failed++;
      }
    }
    JsonNode ids =
        Files.exists(root.resolve(STAGES))
            ? JsonFile.read(root.resolve(STAGES)).path("ids")
            : JsonFile.array();
    int trained = 0;
    int closed = 0;
    double seconds = 0;
    for (JsonNode id : ids) {
      Path stage = root.resolve("stages").resolve(id.asText());
      if (Files.exists(stage.resolve(StageStore.ABOUT))) {
        trained++;
        JsonNode measured = JsonFile.read(stage.resolve(StageStore.ABOUT)).path("measured");
        seconds += measured.path("wall_seconds").asDouble();
      } else if (Files.exists(stage.resolve(OutputFolder.FAILED))) {
        closed++;
      }
    }
    List<JsonNode> runs = Presence.all(root.resolve("work"));
    long alive = runs.stream().filter(Presence::alive).count();
    int open = ids.size() - trained - closed;
    double left = trained == 0 || alive == 0 ? -1 : seconds / trained * open / alive;
    return new RunStatus(
        plan.path("experiment").asText(),
        plan.path("cells").size(),
        finished,
        failed,
        ids.size(),
        trained,
        left,
        runs);
  }

  /** For programs. */
  public ObjectNode json() {
    ObjectNode json =
        JsonFile.object()
            .put("experiment", name)
            .put("cells", cells)
            .put("finished", finished)
            .put("failed", failed)
            .put("stages", stages)
            .put("trained", trained);
    if (secondsLeft < 0) {
      json.putNull("seconds_left");
    } else {
      json.put("seconds_left", secondsLeft);
    }
    ArrayNode all = json.putArray("runs");
    for (JsonNode run : runs) {
      ObjectNode node = run.deepCopy();
      all.add(node.put("alive", Presence.alive(run)));
    }
    return json;
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder(headline());
    if (runs.isEmpty()) {
      text.append(finished + failed < cells ? "\nno run is working on it" : "");
    }
    runs.forEach(run -> text.append('\n').append(words(run, run.path("recipe").asText())));
    return text.toString();
  }

  /** How much is done, in one line. */
  public String headline() {
    String done =
        String.format(
            Locale.ROOT,
            "%s: %d of %d cells done, %d failed; %d of %d task trainings done",
            name,
            finished,
            cells,
            failed,
            trained,
            stages);
    if (secondsLeft <= 0) {
      return done;
    }
    Duration left = Duration.ofSeconds(Math.round(secondsLeft));
    return done
        + String.format(
            Locale.ROOT,
            "; about %d:%02d:%02d of training left",
            left.toHours(),
            left.toMinutesPart(),
            left.toSecondsPart());
  }

  /**
   * What a run is doing, in one line.
   *
   * @param run one of {@link #runs}
   * @param recipe what to call the recipe that it works on
   */
  public static String words(JsonNode run, String recipe) {
    StringBuilder text = new StringBuilder();
    text.append("process ").append(run.path("pid").asText()).append(": ");
    if (!Presence.alive(run)) {
      text.append("died while ");
    }
    text.append(run.path("doing").asText("starting"));
    if (run.path("doing").asText().equals("training")) {
      text.append(" task ").append(run.path("task").asText());
    }
    if (run.has("recipe")) {
      text.append(" of ").append(recipe);
      text.append(", seed ").append(run.path("seed").asText());
    }
    if (run.has("step")) {
      text.append(", step ").append(run.path("step").asText());
      text.append(" of ").append(run.path("steps").asText());
    }
    return text.toString();
  }
}
