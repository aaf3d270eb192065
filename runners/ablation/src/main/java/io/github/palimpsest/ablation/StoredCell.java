package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cell as an output folder has it.
 *
 * @param id its id
 * @param status finished, failed or missing
 * @param result the content of {@code result.json}, or what is known without it
 * @param timing the content of {@code timing.json}; empty without a result
 * @param shared what all cells of the folder share
 */
public record StoredCell(
    String id, String status, JsonNode result, JsonNode timing, JsonNode shared) {

  /**
   * Finds a cell.
   *
   * @param folder an output folder
   * @param written a cell's id, or the beginning of one
   * @throws PalimpsestException if there is none, or more than one
   */
  public static StoredCell find(Path folder, String written) {
    ResultRows rows = new ResultRows(folder);
    List<String> found = rows.cells().stream().filter(id -> id.startsWith(written)).toList();
    if (found.isEmpty() || written.isEmpty()) {
      throw new PalimpsestException(
          "'"
              + folder
              + "' has no cell '"
              + written
              + "'; query it for \"SELECT id, label, seed FROM cells\"");
    }
    if (found.size() > 1) {
      throw new PalimpsestException(
          "'" + written + "' is the beginning of " + String.join(" and ", found));
    }
    String id = found.get(0);
    Path cell = folder.resolve("cells").resolve(id);
    Path experiment = folder.resolve(OutputFolder.EXPERIMENT);
    JsonNode shared = JsonFile.read(experiment).path("shared");
    if (Files.isRegularFile(cell.resolve(OutputFolder.RESULT))) {
      Path timing = cell.resolve(OutputFolder.TIMING);
      return new StoredCell(
          id,
          "finished",
          JsonFile.read(cell.resolve(OutputFolder.RESULT)),
          Files.isRegularFile(timing) ? JsonFile.read(timing) : JsonFile.object(),
          shared);
    }
    Path failed = cell.resolve(OutputFolder.FAILED);
    return Files.isRegularFile(failed)
        ? new StoredCell(id, "failed", JsonFile.read(failed), JsonFile.object(), shared)
        : new StoredCell(
            id,
            "missing",
            rows.planned().getOrDefault(id, JsonFile.object()),
            JsonFile.object(),
            shared);
  }

  /** The recipe without its defaults. */
  public String label() {
    return result.path("label").asText();
  }

  /** The canonical text of the recipe. */
  public String recipe() {
    return result.path("recipe").asText();
  }

  /** Where its random streams begin. */
  public long seed() {
    return result.path("seed").asLong();
  }

  /** The tasks' names in order. */
  public List<String> tasks() {
    return texts(result.path("tasks"));
  }

  /** Its stages' ids, task by task; empty without a result. */
  List<String> stages() {
    return texts(timing.path("stages"));
  }

  JsonNode measured() {
    return timing.path("measured");
  }

  List<SortedMap<String, SetScore>> rows() {
    return ScoreLog.rows(result.path("rows"));
  }

  /** What determines the result beside recipe and seed. */
  SortedMap<String, String> inputs() {
    TreeMap<String, String> inputs = new TreeMap<>();
    (result.has("inputs") ? result.path("inputs") : shared)
        .properties()
        .forEach(e -> inputs.put(e.getKey(), e.getValue().asText()));
    return inputs;
  }

  String input(String name) {
    return inputs().getOrDefault(name, "");
  }

  /** Where each component comes from, by its id; empty without a result. */
  Map<String, JsonNode> components() {
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    result.path("components").forEach(c -> byId.put(c.path("id").asText(), c));
    return byId;
  }

  Map<String, String> kinds() {
    Map<String, String> kinds = new TreeMap<>();
    components().forEach((id, c) -> kinds.put(id, c.path("kind").asText()));
    return kinds;
  }

  ObjectNode json() {
    return JsonFile.object()
        .put("id", id)
        .put("label", label())
        .put("seed", seed())
        .put("status", status)
        .put("reason", result.path("reason").asText());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(t -> texts.add(t.asText()));
    return texts;
  }
}
