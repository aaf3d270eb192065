package io.github.palimpsest.execution;

import io.github.palimpsest.execution.lease.Leases;
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
 * A record of this run's present work, for {@link RunStatus}: {@code work/run-PID-ID.json}, removed
 * at the end of the run. It is renewed at most once per second when something happens, and at every
 * heartbeat. A record without its process shows that the process died.
 */
final class Presence implements RunListener, AutoCloseable {
  private static final long EVERY_NANOS = 1_000_000_000L;
  private static final int ATTEMPTS = 20;

  private final Path file;
  private final Plan plan;
  private final RunListener told;
  private RunNote note;
  private final TokenRate rate = new TokenRate(System::nanoTime);
  private long written;
  private boolean closed;

  Presence(Path root, Plan plan, RunListener told, Leases leases) {
    this.note = RunNote.of(leases.worker(), leases.participant().pace().clock());
    this.file = RunNote.file(new FolderLayout(root), note.pid(), leases.worker());
    this.plan = plan;
    this.told = told;
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

  /** Shows others that this run is alive, whether or not anything has happened in it. */
  synchronized void beat() {
    if (closed) {
      return;
    }
    note = note.beaten();
    try {
      Files.createDirectories(file.getParent());
      write();
    } catch (IOException | OutputException e) {
      return; // others may take the work over; what cannot be published then is done by them
    }
  }

  @Override
  public void on(RunEvent event) {
    renew(event);
    told.on(event);
  }

  private synchronized void renew(RunEvent event) {
    boolean late = System.nanoTime() - written > EVERY_NANOS;
    if (event instanceof RunEvent.Started started) {
      Cell cell = plan.cell(started.cell());
      note = note.begin(cell.id(), cell.recipe().toString(), cell.seed());
    } else if (event instanceof RunEvent.Training training) {
      note =
          note.train(
              training.stage(),
              training.task() + 1,
              plan.experiment().tasks().get(training.task()).name());
      write();
    } else if (event instanceof RunEvent.Step step) {
      rate.step(step.stage(), step.tokens());
      if (late) {
        note = note.at(step.step(), step.steps(), rate.perSecond());
        write();
      }
    } else if (event instanceof RunEvent.Scoring scoring) {
      note = note.doing("scoring " + scoring.moment());
      if (late) {
        write();
      }
    }
  }

  @Override
  public boolean stops() {
    return told.stops();
  }

  @Override
  public synchronized void close() {
    closed = true;
    Folders.deleteQuietly(file);
  }
}
