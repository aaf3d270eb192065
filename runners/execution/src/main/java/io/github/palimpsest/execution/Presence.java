package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A note of what this run is doing, for {@link RunStatus}: {@code work/run-PID.json}, renewed at
 * most once a second, gone when the run ends. The note of a process that is gone says that it died.
 */
final class Presence implements RunListener, AutoCloseable {
  private static final long EVERY_NANOS = 1_000_000_000L;
  private static final int ATTEMPTS = 20;

  private final Path file;
  private final RunListener told;
  private RunNote note = RunNote.ofThisProcess();
  private long cellSteps;
  private long written;

  Presence(Path root, RunListener told) {
    this.file = RunNote.file(new FolderLayout(root));
    this.told = told;
    for (int attempt = 1; !begun(attempt == ATTEMPTS); attempt++) {
      Thread.onSpinWait();
    }
  }

  /** Writes the first note, unless a run that ends sweeps the folder away at this moment. */
  private boolean begun(boolean last) {
    try {
      Files.createDirectories(file.getParent());
      write();
      return true;
    } catch (IOException e) {
      throw new OutputException(file.getParent(), e);
    } catch (OutputException e) {
      if (last || Files.isDirectory(file.getParent())) {
        throw e;
      }
      return false;
    }
  }

  private void write() {
    written = System.nanoTime();
    JsonFile.writeUnsynced(file, note);
  }

  @Override
  public void planned(Plan plan) {
    told.planned(plan);
  }

  @Override
  public void skipped(Cell cell) {
    told.skipped(cell);
  }

  @Override
  public void started(Cell cell, long steps) {
    cellSteps = steps;
    note = note.begin(cell.id(), cell.recipe().toString(), cell.seed());
    told.started(cell, steps);
  }

  @Override
  public void training(Cell cell, Stage stage) {
    note = note.train(stage.id(), stage.task() + 1);
    write();
    told.training(cell, stage);
  }

  @Override
  public void step(Cell cell, String task, long stepsDone, double loss) {
    if (System.nanoTime() - written > EVERY_NANOS) {
      note = note.at(stepsDone, cellSteps);
      write();
    }
    told.step(cell, task, stepsDone, loss);
  }

  @Override
  public void open(Map<String, Double> passes) {
    told.open(passes);
  }

  @Override
  public void trained(Stage stage, long step, long steps, double loss) {
    told.trained(stage, step, steps, loss);
  }

  @Override
  public void evaluating(Cell cell, String moment) {
    note = note.doing("scoring " + moment);
    if (System.nanoTime() - written > EVERY_NANOS) {
      write();
    }
    told.evaluating(cell, moment);
  }

  @Override
  public void finished(Cell cell) {
    told.finished(cell);
  }

  @Override
  public void failed(Cell cell, String reason) {
    told.failed(cell, reason);
  }

  @Override
  public void damaged(String message) {
    told.damaged(message);
  }

  @Override
  public boolean stops() {
    return told.stops();
  }

  @Override
  public void close() {
    Folders.deleteQuietly(file);
  }
}
