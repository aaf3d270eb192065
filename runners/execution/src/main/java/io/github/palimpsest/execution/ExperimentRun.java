package io.github.palimpsest.execution;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.plan.Unmerged;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.Chains;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StageFailure;
import io.github.palimpsest.results.items.SetItems;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Private;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs a plan into an output folder. Any number of runs may work on one folder: they share the
 * stages between them and end with the same results.
 */
public final class ExperimentRun {
  /** The time to wait before checking again whether another run has finished a needed unit. */
  private static final int PATIENCE_MILLIS = 50;

  private ExperimentRun() {}

  /**
   * The outcome for the cells.
   *
   * @param finished cells that got their result in this run
   * @param skipped cells that had a result already
   * @param failed cells that failed
   */
  public record Summary(int finished, int skipped, int failed) {}

  /**
   * Runs all cells that have no result yet. A failed cell leaves a record of the reason, and the
   * others continue; a killed run continues where it stopped.
   *
   * @param plan the plan
   * @param settings the settings of the run
   * @param subject the model and data
   * @param out the output folder; created if it is missing
   * @param listener receives all events
   * @throws OutputException if the folder belongs to another experiment or cannot be written; then
   *     everything that this run created is removed, unless a cell has finished
   */
  public static Summary run(
      Plan plan, RunSettings settings, Subject subject, Path out, RunListener listener) {
    OutputFolder folder = OutputFolder.open(out, plan.experiment().name(), plan.shared());
    try {
      Stages stages = settings.stages(plan);
      begin(plan, stages, folder, listener);
      listener.on(new RunEvent.Planned());
      return run(plan, stages, settings, subject, folder, listener);
    } catch (OutputException e) {
      folder.abandon();
      throw e;
    } finally {
      folder.close();
    }
  }

  /**
   * Prepares an output folder for runs that {@linkplain #join join}: earlier failures will be tried
   * again.
   */
  public static void prepare(Plan plan, RunSettings settings, Path out) {
    prepare(plan, settings, out, RunListener.NONE);
  }

  /**
   * Prepares an output folder and reports damage.
   *
   * @param listener receives damage and nothing else
   */
  public static void prepare(Plan plan, RunSettings settings, Path out, RunListener listener) {
    try (OutputFolder folder = OutputFolder.open(out, plan.experiment().name(), plan.shared())) {
      begin(plan, settings.stages(plan), folder, listener);
    }
  }

  /**
   * Copies the present text of the experiment file, for workers that start later.
   *
   * @param file the experiment file
   * @return the copy; the argument itself for a built-in experiment, which has no file
   */
  public static Path submit(Path file, Path out) {
    if (!Files.isRegularFile(file)) {
      return file;
    }
    Path kept = new FolderLayout(out).submitted();
    Path part = kept.resolveSibling("." + kept.getFileName() + ".part");
    try {
      Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
      Private.restrict(part);
      Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return kept;
    } catch (IOException e) {
      throw new OutputException(kept, e);
    }
  }

  /** Like {@link #run}, in a prepared folder, in parallel with other runs. */
  public static Summary join(
      Plan plan, RunSettings settings, Subject subject, Path out, RunListener listener) {
    try (OutputFolder folder = OutputFolder.open(out, plan.experiment().name(), plan.shared())) {
      return run(plan, settings.stages(plan), settings, subject, folder, listener);
    }
  }

  /**
   * Records that a stage cannot be trained because the process that tries it dies.
   *
   * @param stage the stage's id
   */
  public static void giveUp(
      Plan plan, RunSettings settings, Path out, String stage, String reason) {
    StageStore store = new StageStore(out.toAbsolutePath().normalize());
    Origins origins = new Origins(plan.registry());
    settings.stages(plan).all().stream()
        .filter(s -> s.id().equals(stage))
        .forEach(
            s -> store.fail(s, new StageFailure(s.task(), 0, origins.told(reason, s.recipe()))));
  }

  /**
   * Records that a cell can have no result because the process that works on it dies.
   *
   * @param cell the cell's id
   */
  public static void giveUpCell(Plan plan, Path out, String cell, String reason) {
    try (OutputFolder folder = OutputFolder.open(out, plan.experiment().name(), plan.shared())) {
      plan.cells().stream()
          .filter(c -> c.id().equals(cell) && !folder.finished(cell))
          .forEach(
              c -> {
                TreeMap<String, Object> files = new TreeMap<>();
                files.put(
                    FolderLayout.FAILED,
                    new CellRecord(plan, c, new Origins(plan.registry())).failed(-1, 0, reason));
                folder.finish(cell, files);
              });
    }
  }

  /** Records another plan in a folder that a run has prepared. */
  static void record(Plan plan, Path out) {
    try (OutputFolder folder = OutputFolder.open(out, plan.experiment().name(), plan.shared())) {
      folder.writePlan(plan.content());
    }
  }

  private static void begin(Plan plan, Stages stages, OutputFolder folder, RunListener listener) {
    UntilPrecise.requireSame(new FolderLayout(folder.root()), plan.content());
    StageStore store = new StageStore(folder.root());
    folder
        .damage()
        .ifPresent(
            e -> listener.on(new RunEvent.Damaged(e.getMessage() + "; it is written again")));
    new Repair(folder, store, listener).check(plan, stages);
    folder.writePlan(plan.content());
    JsonFile.writeSealed(new FolderLayout(folder.root()).chains(), chains(plan, stages));
    store.forgetFailures(stages.all());
    folder.forgetFailures(plan.cells());
  }

  private static Chains chains(Plan plan, Stages stages) {
    Map<String, Chains.Chain> cells = new LinkedHashMap<>();
    int last = plan.experiment().tasks().size() - 1;
    for (Cell cell : plan.cells()) {
      Optional<Recipe> unmerged = Unmerged.of(cell.recipe());
      List<String> rows =
          IntStream.rangeClosed(-1, last)
              .mapToObj(
                  task ->
                      unmerged.isPresent() && task >= 0 && task < last
                          ? ""
                          : stages.row(cell, task))
              .toList();
      cells.put(
          cell.id(),
          new Chains.Chain(
              stages.of(cell).stream().map(Stage::id).toList(),
              rows,
              IntStream.rangeClosed(0, last)
                  .boxed()
                  .flatMap(task -> unmerged.map(r -> stages.row(cell, r, task)).stream())
                  .toList()));
    }
    return new Chains(
        stages.withoutSharing(), stages.all().stream().map(Stage::id).toList(), cells);
  }

  private static Summary run(
      Plan plan,
      Stages stages,
      RunSettings settings,
      Subject subject,
      OutputFolder folder,
      RunListener told) {
    try (Presence presence = new Presence(folder.root(), plan, told)) {
      return run(plan, stages, settings, subject, folder, presence);
    }
  }

  private static Summary run(
      Plan plan,
      Stages stages,
      RunSettings settings,
      Subject subject,
      OutputFolder folder,
      Presence listener) {
    Injector shared =
        Guice.createInjector(
            com.google.inject.Stage.PRODUCTION,
            List.of(new RegistryModule(plan, stages, settings, subject, folder, listener)));
    listener.on(new RunEvent.Open(shared.getInstance(StageRun.class).open(stages)));
    writeItems(plan, subject, new FolderLayout(folder.root()));
    FinishedCells done = shared.getInstance(FinishedCells.class);
    Set<String> skipped = new HashSet<>();
    Deque<Cell> open = new ArrayDeque<>();
    for (Cell cell : plan.cells()) {
      if (done.refresh(cell)) {
        listener.on(new RunEvent.Skipped(cell.id()));
        skipped.add(cell.id());
      }
      if (done.isOpen(cell)) {
        open.add(cell);
      }
    }
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
        CellRun run = shared.createChildInjector(new CellModule(cell)).getInstance(CellRun.class);
        Optional<String> failure = finishedBefore ? run.mend() : run.run();
        failed += failure.isPresent() ? 1 : 0;
        finished += failure.isEmpty() && !finishedBefore ? 1 : 0;
        busy = 0;
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
    return new Summary(finished, skipped.size(), failed);
  }

  private static void writeItems(Plan plan, Subject subject, FolderLayout layout) {
    Experiment e = plan.experiment();
    Stream.concat(e.tasks().stream(), e.evaluation().stream())
        .map(DataSet::name)
        .filter(set -> !Files.exists(layout.items(set)))
        .forEach(set -> new SetItems(set, subject.items(set)).writeOnce(layout));
  }

  private static void pause() {
    Activity.moved(); // another run is working, and is watched itself
    try {
      Thread.sleep(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutputException("the run was interrupted while it waited for another run");
    }
  }
}
