package io.github.palimpsest.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A record of this run's present work, for {@link RunStatus}: {@code work/run-PID.json}, renewed at
 * most once per second and removed at the end of the run. A record without its process shows that
 * the process died.
 */
final class Presence implements RunListener, AutoCloseable {
  private static final long EVERY_NANOS = 1_000_000_000L;
  private static final int ATTEMPTS = 20;

  private final Path file;
  private final RunListener told;
  private final ObjectNode note;
  private long cellSteps;
  private long written;

  Presence(Path root, RunListener told) {
    ProcessHandle self = ProcessHandle.current();
    this.file =
        new FolderLayout(root)
            .work()
            .resolve(RunNote.PREFIX + self.pid() + "-" + Thread.currentThread().getId() + ".json");
    this.told = told;
    this.note = JsonFile.object().put("pid", self.pid()).put("since", Instant.now().toString());
    self.info().startInstant().ifPresent(t -> note.put("process_started", t.toString()));
    for (int attempt = 1; !begun(attempt == ATTEMPTS); attempt++) {
      Thread.onSpinWait();
    }
  }

  /** Writes the first record, unless a run that ends removes the folder at this moment. */
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
    note.remove(List.of("step", "steps", "doing", "stage", "task"));
    note.put("cell", cell.id()).put("recipe", cell.recipe().toString()).put("seed", cell.seed());
    told.started(cell, steps);
  }

  @Override
  public void training(Cell cell, Stage stage) {
    note.put("doing", "training").put("stage", stage.id()).put("task", stage.task() + 1);
    write();
    told.training(cell, stage);
  }

  @Override
  public void step(Cell cell, String task, long stepsDone, double loss) {
    if (System.nanoTime() - written > EVERY_NANOS) {
      note.put("step", stepsDone).put("steps", cellSteps);
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
    note.put("doing", "scoring " + moment);
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
