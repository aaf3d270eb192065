package io.github.palimpsest.execution.remote;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Publishes the checkpoints of a worker in a local folder, while it trains and at its end. */
final class CheckpointCopies {
  private static final int LOOK_MILLIS = 500;
  private static final String STEPS = "steps.checkpoint";

  private final RemoteGrid grid;
  private final FolderLayout layout;
  private final Path archives;
  private final Consumer<String> told;
  private final Map<Path, String> published = new HashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread = new Thread(this::follow, "checkpoint-copies");
  private boolean failed;

  /**
   * Begins to follow a folder.
   *
   * @param archives a folder for temporary files
   * @param told receives the reason if checkpoints cannot be published
   */
  CheckpointCopies(RemoteGrid grid, Path folder, Path archives, Consumer<String> told) {
    this.grid = grid;
    this.layout = new FolderLayout(folder);
    this.archives = archives;
    this.told = told;
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    try {
      while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        publish();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void publish() {
    for (Path work : Folders.contentIfThere(layout.work())) {
      String now = identity(work.resolve(STEPS));
      if (!now.isEmpty() && !now.equals(published.get(work))) {
        publish(work);
        published.put(work, now);
      }
    }
  }

  private void publish(Path work) {
    String stage = work.getFileName().toString();
    Path archive = archives.resolve(stage);
    try {
      if (CheckpointArchive.write(work, archive)) {
        grid.putCheckpoints(stage, archive);
      }
    } catch (IOException e) {
      if (!failed) { // training goes on: only a lost machine makes use of them
        failed = true;
        told.accept(
            "palimpsest: the checkpoints of stage "
                + stage
                + " cannot be written to "
                + grid.address()
                + ": "
                + e.getMessage());
      }
    } finally {
      Folders.deleteQuietly(archive);
    }
  }

  /** What distinguishes the content of a file from that of others of its name; empty if missing. */
  private static String identity(Path file) {
    try {
      BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
      return about.fileKey() + " " + about.lastModifiedTime() + " " + about.size();
    } catch (IOException e) {
      return "";
    }
  }

  /** Publishes the last checkpoints. */
  void end() throws InterruptedException {
    ended.countDown();
    thread.join();
    publish();
  }
}
