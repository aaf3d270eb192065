package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A note of what this run is doing, for {@link RunStatus}: {@code work/run-PID.json}, renewed at
 * most once a second, gone when the run ends. The note of a process that is gone says that it died.
 */
final class Presence implements RunListener, AutoCloseable {
  private static final long EVERY_NANOS = 1_000_000_000L;
  private static final int ATTEMPTS = 20;

  private final Path file;
  private final Plan plan;
  private final RunListener told;
  private RunNote note = RunNote.ofThisProcess();
  private long cellSteps;
  private long written;

  Presence(Path root, Plan plan, RunListener told) {
    this.file = RunNote.file(new FolderLayout(root));
    this.plan = plan;
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
  public void on(RunEvent event) {
    boolean late = System.nanoTime() - written > EVERY_NANOS;
    if (event instanceof RunEvent.Started started) {
      Cell cell = plan.cell(started.cell());
      cellSteps = started.steps();
      note = note.begin(cell.id(), cell.recipe().toString(), cell.seed());
    } else if (event instanceof RunEvent.Training training) {
      note = note.train(training.stage(), training.task() + 1);
      write();
    } else if (event instanceof RunEvent.Step step && late) {
      note = note.at(step.stepsOfCell(), cellSteps);
      write();
    } else if (event instanceof RunEvent.Scoring scoring) {
      note = note.doing("scoring " + scoring.moment());
      if (late) {
        write();
      }
    }
    told.on(event);
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
