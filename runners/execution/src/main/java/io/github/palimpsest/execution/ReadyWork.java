package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.Quarantine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The stages and cells of a prepared folder that can be worked on: a stage when the one before it
 * is trained, a cell when its stages are. Cells come first, since a finished cell frees space. What
 * is missing nevertheless, because a state was removed to save space, the work on the cell trains.
 */
public final class ReadyWork {
  private final FolderLayout layout;
  private final StageStore store;
  private final Predicate<Stage> trained;
  private final Map<String, List<Stage>> after = new HashMap<>();
  private final Map<String, List<String>> cellsOf = new HashMap<>();
  private final Map<String, Integer> waiting = new HashMap<>();
  private final Map<String, Stage> open = new HashMap<>();
  private final Deque<Assignment> ready = new ArrayDeque<>();

  /** The work that a folder leaves. */
  public ReadyWork(Plan plan, Stages stages, Path out) {
    this(plan, stages, new StageStore(root(out)), true);
  }

  /** The work that a copy of a folder leaves, which has the records of stages and no states. */
  public static ReadyWork ofCopy(Plan plan, Stages stages, Path out) {
    return new ReadyWork(plan, stages, new StageStore(root(out)), false);
  }

  private static Path root(Path out) {
    return out.toAbsolutePath().normalize();
  }

  private ReadyWork(Plan plan, Stages stages, StageStore store, boolean states) {
    this.layout = store.layout();
    this.store = store;
    this.trained = states ? store::trained : store::done;
    Quarantine quarantine = new Quarantine(layout.root());
    Set<String> scored = new HashSet<>();
    for (Cell cell : plan.cells()) {
      List<Stage> chain = stages.of(cell);
      boolean isOpen =
          Files.isRegularFile(layout.result(cell.id()))
              ? stages.needed(cell).stream().anyMatch(s -> Repair.lacks(s, store, quarantine))
                  || FinishedCells.lacksReferences(plan, layout, cell)
              : !failed(cell.id());
      if (isOpen) {
        open(cell, chain, unscored(cell, stages), scored);
      }
    }
  }

  /** The reference models of a cell that have neither a state nor a score. */
  private List<Stage> unscored(Cell cell, Stages stages) {
    List<Stage> all = new ArrayList<>();
    stages
        .references(cell)
        .forEach(
            (kind, models) ->
                models.stream()
                    .filter(s -> !trained.test(s))
                    .filter(s -> !store.hasRow(stages.row(cell, kind, s.task())))
                    .forEach(all::add));
    return all;
  }

  private void open(Cell cell, List<Stage> chain, List<Stage> references, Set<String> seen) {
    int from = chain.size();
    while (from > 0 && !trained.test(chain.get(from - 1))) {
      from--;
    }
    Set<Stage> wanted = new LinkedHashSet<>(chain.subList(from, chain.size()));
    wanted.addAll(references);
    waiting.put(cell.id(), wanted.size());
    for (Stage stage : wanted) {
      cellsOf.computeIfAbsent(stage.id(), id -> new ArrayList<>()).add(cell.id());
      Stage parent = stage.parent();
      if (seen.add(stage.id())) {
        open.put(stage.id(), stage);
        if (parent == null || trained.test(parent)) {
          ready.addLast(Assignment.stage(stage.id()));
        } else {
          after.computeIfAbsent(parent.id(), id -> new ArrayList<>()).add(stage);
        }
      }
    }
    if (wanted.isEmpty()) {
      ready.addFirst(Assignment.cell(cell.id()));
    }
  }

  private boolean failed(String cell) {
    return Files.isRegularFile(layout.cellFailure(cell));
  }

  /** The next assignment that can be begun; empty if there is none at present. */
  public Optional<Assignment> next() {
    return Optional.ofNullable(ready.poll());
  }

  /** Work on an assignment has ended, with a state or result or without. */
  public void done(Assignment assignment) {
    if (assignment.kind() == Assignment.Kind.STAGE) {
      Stage stage = open.get(assignment.id());
      settle(assignment.id(), stage != null && trained.test(stage));
    }
  }

  /** Without a state there is none of the later stages either: their cells are told at once. */
  private void settle(String stage, boolean trained) {
    if (open.remove(stage) == null) {
      return;
    }
    for (Stage next : after.getOrDefault(stage, List.of())) {
      if (trained) {
        ready.addLast(Assignment.stage(next.id()));
      } else {
        settle(next.id(), false);
      }
    }
    for (String cell : cellsOf.getOrDefault(stage, List.of())) {
      if (waiting.merge(cell, -1, Integer::sum) == 0 && !failed(cell)) {
        ready.addFirst(Assignment.cell(cell));
      }
    }
  }
}
