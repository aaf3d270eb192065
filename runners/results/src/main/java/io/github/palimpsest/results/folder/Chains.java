package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/**
 * The content of {@code stages.json}: the stages of the latest run, and the stages and rows of
 * scores of each cell, so that other processes can follow the run.
 *
 * @param withoutSharing the number of task trainings if cells shared no stage
 * @param ids the stages
 * @param cells the chain of each cell, by its id
 */
public record Chains(int withoutSharing, List<String> ids, Map<String, Chain> cells) {
  private static final Chains NONE = new Chains(0, List.of(), Map.of());

  /** Copies the collections, and replaces missing ones with empty ones. */
  public Chains {
    ids = JsonFile.list(ids);
    cells = JsonFile.map(cells);
  }

  /**
   * The parts of a cell.
   *
   * @param stages the ids of its stages, task by task
   * @param rows the ids of its rows of scores: before the first task, then after each task; an
   *     empty text for a task after which there is no merged model
   * @param unmerged the ids of the rows of its training without mergers at the end, after each
   *     task; empty if it has no such mergers
   */
  public record Chain(
      List<String> stages,
      List<String> rows,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> unmerged) {
    /** The chain of an unknown cell. */
    public static final Chain NONE = new Chain(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Chain {
      stages = JsonFile.list(stages);
      rows = JsonFile.list(rows);
      unmerged = JsonFile.list(unmerged);
    }
  }

  /** Reads the file; gives empty chains if the folder has none yet. */
  public static Chains of(FolderLayout folder) {
    return Files.isRegularFile(folder.chains())
        ? JsonFile.read(folder.chains(), Chains.class)
        : NONE;
  }
}
