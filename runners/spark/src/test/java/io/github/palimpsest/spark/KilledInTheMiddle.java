package io.github.palimpsest.spark;

import io.github.palimpsest.results.folder.FolderLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills a worker of Spark and all that it has started, as if its machine were lost, once a stage of
 * a folder has been trained and others have not.
 */
final class KilledInTheMiddle implements Runnable {
  private static final int STAGES = 4;

  private final Path out;
  private final List<Process> workers;
  private int unfinished;

  KilledInTheMiddle(Path out, List<Process> workers) {
    this.out = out;
    this.workers = workers;
  }

  /** How many stages had no state when the worker was killed; 0 if none was killed. */
  int unfinishedAtKill() {
    return unfinished;
  }

  @Override
  public void run() {
    while (workers.stream().allMatch(Process::isAlive)) {
      int trained = trained();
      if (trained > 0 && trained < STAGES && killed()) {
        unfinished = STAGES - trained;
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Kills the first worker whose executor runs a process of ours, if there is one. */
  private boolean killed() {
    for (Process worker : workers) {
      List<ProcessHandle> all = worker.descendants().toList();
      if (all.size() > 1) { // an executor and what it has started
        worker.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        return true;
      }
    }
    return false;
  }

  private int trained() {
    try (Stream<Path> all = Files.list(new FolderLayout(out).stages())) {
      return (int) all.filter(s -> Files.exists(s.resolve(FolderLayout.STATE))).count();
    } catch (IOException e) {
      return 0; // there is no folder yet
    } catch (UncheckedIOException e) {
      return 0;
    }
  }
}
