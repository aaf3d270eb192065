package io.github.palimpsest.results.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.UnknownNameException;
import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.CellTimes;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.SetScore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cell in an output folder.
 *
 * @param planned its entry in the plan; null if the latest plan does not name it
 * @param result its result; null if it has none
 * @param failure its failure; null if it has not failed
 * @param times its stages and measurements
 * @param id its id
 * @param experiment what all cells of the folder share
 */
public record StoredCell(
    String id,
    CellHistory.@Nullable Planned planned,
    @Nullable CellResult result,
    @Nullable CellFailure failure,
    CellTimes times,
    Optional<ExperimentIdentity> experiment) {

  /** The state of a cell. */
  public enum Status {
    /** It has a result. */
    FINISHED,
    /** It failed and has no result. */
    FAILED,
    /** It has no result yet. */
    MISSING;

    /** In lower case, for printing. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Finds a cell.
   *
   * @param folder an output folder
   * @param written a cell's id, or the beginning of one
   * @throws PalimpsestException if there is none or more than one
   */
  public static StoredCell find(Path folder, String written) {
    ResultRows rows = new ResultRows(folder);
    List<String> found = rows.cells().stream().filter(id -> id.startsWith(written)).toList();
    if (found.isEmpty() || written.isEmpty()) {
      throw new UnknownNameException(
          "cell", folder.toString(), "'" + folder + "' has no cell '" + written + "'");
    }
    if (found.size() > 1) {
      throw new PalimpsestException(
          "'" + written + "' is the beginning of " + String.join(" and ", found));
    }
    return of(rows, found.get(0));
  }

  static StoredCell of(ResultRows rows, String id) {
    FolderLayout folder = rows.folder();
    boolean finished = JsonFile.isThere(folder.result(id));
    boolean failed = !finished && JsonFile.isThere(folder.cellFailure(id));
    return new StoredCell(
        id,
        rows.planned().get(id),
        finished ? CellResult.of(folder.result(id)) : null,
        failed ? JsonFile.read(folder.cellFailure(id), CellFailure.class) : null,
        rows.times(id),
        ExperimentIdentity.of(folder));
  }

  /** Its state. */
  public Status status() {
    return result != null ? Status.FINISHED : failure != null ? Status.FAILED : Status.MISSING;
  }

  /** The recipe without its defaults, as the plan of the folder writes it. */
  public String label() {
    return planned != null
        ? planned.label()
        : result != null ? result.label() : failure != null ? failure.label() : "";
  }

  /** The canonical text of the recipe. */
  public String recipe() {
    return result != null
        ? result.recipe()
        : failure != null ? failure.recipe() : planned == null ? "" : planned.recipe();
  }

  /** The seed of its random streams. */
  public long seed() {
    return result != null
        ? result.seed()
        : failure != null ? failure.seed() : planned == null ? 0 : planned.seed();
  }

  /** The tasks' names in order; empty without a result. */
  public List<String> tasks() {
    return result == null ? List.of() : result.tasks();
  }

  /** Its stages' ids, task by task; empty without a result. */
  List<String> stages() {
    return times.stages();
  }

  /** The scores at each moment; of the training alone where there is no merged model. */
  List<SortedMap<String, SetScore>> rows() {
    if (result == null) {
      return List.of();
    }
    List<SortedMap<String, SetScore>> rows = new ArrayList<>(result.setScores());
    List<SortedMap<String, SetScore>> unmerged = result.unmergedScores();
    for (int i = 0; i < Math.min(rows.size(), unmerged.size()); i++) {
      if (rows.get(i).isEmpty()) {
        rows.set(i, unmerged.get(i));
      }
    }
    return rows;
  }

  Map<String, Double> metrics() {
    return result == null ? Map.of() : result.metrics();
  }

  /** Everything except recipe and seed that determines the result. */
  SortedMap<String, String> inputs() {
    return new TreeMap<>(
        result == null || result.inputs().isEmpty()
            ? experiment.map(ExperimentIdentity::shared).orElse(Map.of())
            : result.inputs());
  }

  /** The number of threads that shared an operation; empty if the folder does not say so. */
  String operationThreads() {
    return experiment.map(ExperimentIdentity::operationThreads).map(String::valueOf).orElse("");
  }

  String input(String name) {
    return inputs().getOrDefault(name, "");
  }

  /** The origin of each component, by its id; empty without a result. */
  Map<String, CellResult.Source> components() {
    Map<String, CellResult.Source> byId = new LinkedHashMap<>();
    if (result != null) {
      result.components().forEach(c -> byId.put(c.id(), c));
    }
    return byId;
  }

  Map<String, String> kinds() {
    Map<String, String> kinds = new TreeMap<>();
    components().forEach((id, c) -> kinds.put(id, c.kind()));
    return kinds;
  }

  ObjectNode json() {
    return Json.object()
        .put("id", id)
        .put("label", label())
        .put("seed", seed())
        .put("status", status().word())
        .put("reason", failure == null ? "" : failure.reason());
  }
}
