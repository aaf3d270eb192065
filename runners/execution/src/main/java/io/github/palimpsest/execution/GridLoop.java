package io.github.palimpsest.execution;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.execution.lease.Leases;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.items.SetItems;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A run's way through the cells of a plan, or through a part of them. */
final class GridLoop {
  /**
   * The time to wait before checking again whether another run has finished a needed unit. It
   * doubles each time, since each check reads files that may be on another machine.
   */
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);

  private static final Duration LONGEST_WAIT = Duration.ofMillis(400);

  private final Plan plan;
  private final Stages stages;
  private final RunSettings settings;
  private final Subject subject;
  private final OutputFolder folder;
  private final Presence listener;
  private final Leases leases;
  private final Injector shared;
  private final FinishedCells done;
  private final Set<String> skipped = new HashSet<>();
  private Duration wait = SHORTEST_WAIT;

  GridLoop(
      Plan plan,
      Stages stages,
      RunSettings settings,
      Subject subject,
      OutputFolder folder,
      Presence listener,
      Leases leases) {
    this.plan = plan;
    this.stages = stages;
    this.settings = settings;
    this.subject = subject;
    this.folder = folder;
    this.listener = listener;
    this.leases = leases;
    this.shared =
        Guice.createInjector(
            com.google.inject.Stage.PRODUCTION,
            List.of(new RegistryModule(plan, stages, settings, subject, folder, listener, leases)));
    this.done = shared.getInstance(FinishedCells.class);
  }

  /** Does a part of the plan. */
  ExperimentRun.Summary run(Assignment assignment) {
    return switch (assignment.kind()) {
      case ALL -> {
        begin();
        yield work(open(plan.cells()));
      }
      case CHECK -> {
        begin();
        open(plan.cells());
        yield new ExperimentRun.Summary(0, skipped.size(), 0);
      }
      case CELL -> work(open(List.of(plan.cell(assignment.id()))));
      case STAGE -> train(assignment.id());
    };
  }

  private void begin() {
    listener.on(new RunEvent.Open(shared.getInstance(StageRun.class).open(stages)));
    FolderLayout layout = new FolderLayout(folder.root());
    Experiment e = plan.experiment();
    Stream.concat(e.tasks().stream(), e.evaluation().stream())
        .map(DataSet::name)
        .filter(set -> !Files.exists(layout.items(set)))
        .forEach(set -> new SetItems(set, subject.items(set)).writeOnce(layout));
  }

  /** Those of some cells that have no result and have not failed. */
  private Deque<Cell> open(List<Cell> cells) {
    Deque<Cell> open = new ArrayDeque<>();
    for (Cell cell : cells) {
      if (done.refresh(cell)) {
        listener.on(new RunEvent.Skipped(cell.id()));
        skipped.add(cell.id());
      }
      if (done.isOpen(cell)) {
        open.add(cell);
      }
    }
    return open;
  }

  private ExperimentRun.Summary work(Deque<Cell> open) {
    int failed = 0;
    int finished = 0;
    int busy = 0;
    while (!open.isEmpty()
        && !listener.stops()
        && (failed == 0 || settings.patience() == RunSettings.Patience.KEEP_GOING)) {
      Cell cell = open.remove();
      boolean finishedBefore = folder.finished(cell.id());
      if (finishedBefore && skipped.add(cell.id())) { // by another run
        listener.on(new RunEvent.Skipped(cell.id()));
      }
      if (!done.isOpen(cell)) {
        continue;
      }
      try {
        CellRun run = cellRun(cell);
        Optional<String> failure = finishedBefore ? run.mend() : run.run();
        failed += failure.isPresent() ? 1 : 0;
        finished += failure.isEmpty() && !finishedBefore ? 1 : 0;
        busy = 0;
        wait = SHORTEST_WAIT;
      } catch (Busy e) {
        open.add(cell);
        busy++;
      } catch (TrainingStoppedException e) {
        break;
      }
      if (busy > 0 && busy >= open.size()) {
        pause();
        busy = 0;
      }
    }
    return new ExperimentRun.Summary(finished, skipped.size(), failed);
  }

  /** Trains a stage for the first open cell that needs it. */
  private ExperimentRun.Summary train(String id) {
    int failed = 0;
    while (!listener.stops()) {
      Optional<Cell> needs =
          plan.cells().stream()
              .filter(c -> stages.needed(c).stream().anyMatch(s -> s.id().equals(id)))
              .filter(done::isOpen)
              .findFirst();
      if (needs.isEmpty()) {
        break;
      }
      Stage stage =
          stages.needed(needs.get()).stream()
              .filter(s -> s.id().equals(id))
              .findFirst()
              .orElseThrow();
      try {
        failed += cellRun(needs.get()).train(stage).isPresent() ? 1 : 0;
        break;
      } catch (Busy e) {
        pause();
      } catch (TrainingStoppedException e) {
        break;
      }
    }
    return new ExperimentRun.Summary(0, 0, failed);
  }

  private CellRun cellRun(Cell cell) {
    return shared.createChildInjector(new CellModule(cell)).getInstance(CellRun.class);
  }

  private void pause() {
    Activity.moved(); // another run is working, and is watched itself
    leases.participant().pace().pause(wait);
    wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : wait;
  }
}
