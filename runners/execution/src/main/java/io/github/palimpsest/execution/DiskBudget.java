package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.execution.memory.PlanDisk;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.BudgetException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Quarantine;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Keeps an output folder below a number of bytes. Before a stage begins, states from which no open
 * cell is trained or scored are removed, the oldest first. Results that follow from them stay, and
 * so do the states after a last task, which probes and landscapes use. All states stay if the
 * experiment asks for probes, which look at each stage before the next, and all of a cell whose
 * merger reads the weights after earlier tasks. A grid that is edited later trains a removed state
 * again, to the same bytes.
 */
final class DiskBudget {
  /** Free space in addition to the checkpoints, for results and scores. */
  private static final long RESULT_BYTES = 1 << 20;

  private final Plan plan;
  private final Stages stages;
  private final Subject subject;
  private final StageStore store;
  private final OutputFolder folder;
  private final long budget;

  @Inject
  DiskBudget(
      Plan plan,
      Stages stages,
      Subject subject,
      StageStore store,
      OutputFolder folder,
      RunSettings settings) {
    this.plan = plan;
    this.stages = stages;
    this.subject = subject;
    this.store = store;
    this.folder = folder;
    this.budget = settings.diskBudget();
  }

  /** The space for two checkpoints of a recipe, the old and the new one, and its results. */
  long bytes(Recipe recipe) {
    return 2 * checkpoint(recipe) + RESULT_BYTES;
  }

  /**
   * The space that a cell may still need: its missing states, one that is replaced, its results.
   */
  long bytes(Cell cell) {
    if (budget != RunSettings.ANY_SIZE) {
      return bytes(cell.recipe()); // states make room for each other
    }
    long missing = stages.of(cell).stream().filter(stage -> !store.trained(stage)).count();
    return (missing + 1) * checkpoint(cell.recipe()) + RESULT_BYTES;
  }

  private long checkpoint(Recipe recipe) {
    return PlanDisk.state(plan, subject, recipe);
  }

  /**
   * Frees space for a stage that is about to be trained.
   *
   * @throws Busy if space becomes free only when another run finishes its unit
   * @throws OutputException if the budget is too small for the states that are needed at once
   */
  void reserve(Stage stage) throws Busy {
    if (budget == RunSettings.ANY_SIZE) {
      return;
    }
    store.alone(
        FolderLayout.DISK,
        () -> {
          long over = used(stage) - budget;
          over -= over > 0 ? remove(over) : 0;
          if (over > 0 && store.othersWork(stage)) {
            throw new Busy("disk space for stage " + stage.id());
          }
          if (over > 0) {
            throw new BudgetException(
                String.format(
                    Locale.ROOT,
                    "the disk budget of %s MB is too small: '%s' needs %.1f MB for results, for"
                        + " states that open cells or probes need, and for the next stage; a larger"
                        + " budget continues from what is finished",
                    BigDecimal.valueOf(budget, 6).stripTrailingZeros().toPlainString(),
                    folder.root(),
                    (over + budget) / 1e6),
                over + budget);
          }
          store.reserve(stage);
          return over;
        });
  }

  /**
   * The bytes of the folder, including those that running stages may still write. The notes and
   * leases of runs, which come and go, do not count.
   */
  private long used(Stage next) {
    long used = size(folder.root()) - store.notes();
    used += store.begun(next) ? 0 : bytes(next.recipe());
    for (Path work : store.underWay()) {
      used += Math.max(0, bytes(next.recipe()) - size(work));
    }
    return used;
  }

  /** Removes at least a number of bytes if possible; returns the number of removed bytes. */
  private long remove(long wanted) {
    // damaged files are kept for examination as long as there is space
    List<Path> damaged = new ArrayList<>(Folders.contentIfThere(quarantine()));
    long removed = remove(damaged, wanted);
    return removed >= wanted ? removed : removed + removeStates(wanted - removed);
  }

  private Path quarantine() {
    return folder.root().resolve(Quarantine.FOLDER);
  }

  private long removeStates(long wanted) {
    Set<String> needed = needed();
    List<Path> spare = new ArrayList<>();
    for (Stage stage : stages.all()) {
      if (!needed.contains(stage.id()) && store.trained(stage)) {
        spare.add(store.state(stage));
      }
    }
    return remove(spare, wanted);
  }

  /** Removes the oldest. */
  private static long remove(List<Path> spare, long wanted) {
    spare.sort(Comparator.comparing(DiskBudget::lastModified));
    long removed = 0;
    for (Path state : spare) {
      if (removed >= wanted) {
        break;
      }
      long bytes = size(state);
      removed += Folders.deleteQuietly(state) ? bytes : 0;
    }
    return removed;
  }

  private static FileTime lastModified(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // another run has removed it already
    }
  }

  private Set<String> needed() {
    Set<String> needed = new HashSet<>();
    int last = plan.experiment().tasks().size() - 1;
    for (Cell cell : plan.cells()) {
      for (int task = 0; task <= last && !folder.finished(cell.id()); task++) {
        if (!store.hasRow(stages.row(cell, task))) {
          List<Stage> chain = stages.of(cell).subList(readsHistory(cell) ? 0 : task, task + 1);
          chain.forEach(stage -> need(stage, needed));
        }
      }
      stages
          .references(cell)
          .forEach(
              (kind, models) ->
                  models.stream()
                      .filter(s -> !store.hasRow(stages.row(cell, kind, s.task())))
                      .forEach(s -> need(s, needed)));
    }
    boolean probed = !plan.experiment().probes().isEmpty();
    for (Cell cell : plan.cells()) {
      List<Stage> chain = stages.of(cell);
      boolean all = probed || readsHistory(cell);
      chain.subList(all ? 0 : last, chain.size()).forEach(stage -> needed.add(stage.id()));
    }
    return needed;
  }

  private static boolean readsHistory(Cell cell) {
    return cell.recipe().mergers().stream().anyMatch(ReadsHistory::in);
  }

  /** A missing state needs the state from which it is trained. */
  private void need(Stage stage, Set<String> needed) {
    Stage parent = stage.parent();
    if (needed.add(stage.id()) && parent != null && !store.trained(stage)) {
      need(parent, needed);
    }
  }

  /** The bytes of a file, or of all files in a folder; files that vanish meanwhile count 0. */
  static long size(Path path) {
    long[] bytes = {0};
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
      return bytes[0];
    } catch (IOException e) {
      throw new OutputException(path, e);
    }
  }
}
