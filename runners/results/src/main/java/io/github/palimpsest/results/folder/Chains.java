package io.github.palimpsest.results.folder;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/**
 * The content of {@code stages.json}: the stages of the latest run, and which of them and which
 * rows of scores each cell is made of, so that other processes can follow it.
 *
 * @param withoutSharing how many task trainings there would be if every cell did all of its own
 * @param ids the stages
 * @param cells the chain of each cell, by its id
 */
public record Chains(int withoutSharing, List<String> ids, Map<String, Chain> cells) {
  private static final Chains NONE = new Chains(0, List.of(), Map.of());

  /** Copies the collections, and puts empty ones where the file has none. */
  public Chains {
    ids = JsonFile.list(ids);
    cells = JsonFile.map(cells);
  }

  /**
   * What a cell is made of.
   *
   * @param stages the ids of its stages, task by task
   * @param rows the ids of its rows of scores: before the first task, then after each
   */
  public record Chain(List<String> stages, List<String> rows) {
    /** Of a cell of which nothing is known. */
    public static final Chain NONE = new Chain(List.of(), List.of());

    /** Copies the lists. */
    public Chain {
      stages = JsonFile.list(stages);
      rows = JsonFile.list(rows);
    }
  }

  /** Reads them; empty ones if the folder has none yet. */
  public static Chains of(FolderLayout folder) {
    return Files.isRegularFile(folder.chains())
        ? JsonFile.read(folder.chains(), Chains.class)
        : NONE;
  }
}
