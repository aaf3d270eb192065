package io.github.palimpsest.results.folder;

import java.util.List;
import java.util.Map;

/**
 * The points along the stages of a cell.
 *
 * @param stages the points of each stage, task by task; empty if the last one has none
 * @param passesPerStep forward-and-backward passes of a step of the last stage, as its components
 *     declare them; NaN if unknown
 */
public record ChainPoints(List<StagePoints> stages, double passesPerStep) {
  /** No points. */
  public static final ChainPoints NONE = new ChainPoints(List.of(), Double.NaN);

  /** Copies the list. */
  public ChainPoints {
    stages = List.copyOf(stages);
  }

  /**
   * Reads the points of a cell's stages.
   *
   * @param chain the ids of the stages, task by task
   * @param known the points that were read before, by stage; receives more
   */
  public static ChainPoints of(
      FolderLayout folder, List<String> chain, Map<String, StagePoints> known) {
    if (chain.isEmpty() || points(folder, chain.get(chain.size() - 1), known).points().isEmpty()) {
      return NONE;
    }
    return new ChainPoints(
        chain.stream().map(id -> points(folder, id, known)).toList(),
        passes(folder, chain.get(chain.size() - 1)));
  }

  private static StagePoints points(
      FolderLayout folder, String id, Map<String, StagePoints> known) {
    return known.computeIfAbsent(id, i -> StagePoints.read(folder.points(i)));
  }

  private static double passes(FolderLayout folder, String id) {
    if (!JsonFile.isThere(folder.about(id))) {
      return Double.NaN;
    }
    StageResult stage = JsonFile.read(folder.about(id), StageResult.class);
    Double passes = stage.declaredPasses();
    Long steps = stage.steps();
    return passes == null || steps == null || steps == 0 ? Double.NaN : passes / steps;
  }
}
