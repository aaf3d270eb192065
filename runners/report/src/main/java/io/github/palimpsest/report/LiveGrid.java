package io.github.palimpsest.report;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.FolderHistory;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.RunStatus;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The state of a running grid at one moment, read from its output folder alone.
 *
 * @param folder the output folder
 * @param grid the grid; empty if the folder is not there yet or cannot be read
 * @param problem why there is no grid; empty if there is one
 */
public record LiveGrid(Path folder, Optional<Grid> grid, String problem) {
  /**
   * A grid that can be read.
   *
   * @param plan its latest plan
   * @param status its progress
   * @param cells the state of each cell, in the order of the plan
   */
  public record Grid(GridPlan plan, RunStatus status, List<CellHistory> cells) {
    /** Copies the list. */
    public Grid {
      cells = List.copyOf(cells);
    }

    /** Whether no cell is open any more. */
    public boolean done() {
      return status.open() == 0;
    }
  }

  /**
   * Reads a folder again at each call. A folder that is missing, damaged or half written has no
   * grid at that call; the next call may find one.
   */
  public static Supplier<LiveGrid> of(Path folder) {
    FolderHistory history = new FolderHistory(folder);
    FolderLayout layout = new FolderLayout(folder);
    return () -> {
      try {
        Optional<GridPlan> plan = GridPlan.find(layout);
        return plan.isEmpty()
            ? new LiveGrid(folder, Optional.empty(), "There is no grid in this folder yet.")
            : new LiveGrid(
                folder,
                Optional.of(new Grid(plan.get(), RunStatus.of(folder), history.read())),
                "");
      } catch (PalimpsestException | UncheckedIOException e) {
        return new LiveGrid(
            folder, Optional.empty(), "The folder cannot be read now: " + e.getMessage());
      }
    };
  }
}
