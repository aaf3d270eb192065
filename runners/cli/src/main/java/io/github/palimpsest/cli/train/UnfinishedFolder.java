package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.UnitLock;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.TrainingInputs;
import io.github.palimpsest.results.folder.TrainingLayout;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.NewFolder;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.SafeMove;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The folder of an unfinished training, which one process at a time may use. */
final class UnfinishedFolder implements AutoCloseable {
  private final TrainingLayout layout;
  private final UnitLock lock;

  private UnfinishedFolder(TrainingLayout layout, UnitLock lock) {
    this.layout = layout;
    this.lock = lock;
  }

  /**
   * Refuses an output folder that cannot be written, before any data are read.
   *
   * @throws PalimpsestException if the model exists, or there is nothing to resume, or something
   *     that was not to be resumed
   */
  static void check(TrainingLayout layout, boolean resume) {
    Path out = layout.out();
    if (resume && Files.exists(out)) {
      throw new PalimpsestException(
          out + " already exists: its training is finished, so there is nothing to resume");
    }
    NewFolder.requireAbsent(out, "models");
    boolean there = Files.exists(layout.inputs());
    if (resume && !there) {
      throw new PalimpsestException(
          "there is no unfinished training in " + layout.unfinished() + "; leave out --resume");
    }
    if (!resume && there && hasCheckpoint(layout)) {
      throw new PalimpsestException(
          layout.unfinished()
              + " holds the checkpoint of an unfinished training; continue it with --resume, or"
              + " remove the folder");
    }
  }

  /**
   * Begins a training, or continues one.
   *
   * @throws PalimpsestException if another process trains to the same folder, or the training to
   *     resume had other inputs; the message names them
   * @throws OutputException if the folder cannot be written
   */
  static UnfinishedFolder open(TrainingLayout layout, boolean resume, TrainingInputs inputs) {
    UnitLock lock =
        UnitLock.take(layout.lock())
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        "another process is training to " + layout.unfinished()));
    try {
      check(layout, resume); // again, now that no other process can change it
      if (resume) {
        requireEqual(layout, inputs);
      } else {
        for (Path old : Folders.content(layout.unfinished())) {
          if (!old.equals(layout.lock())) {
            Folders.delete(old);
          }
        }
        JsonFile.writeSealed(layout.inputs(), inputs);
      }
      return new UnfinishedFolder(layout, lock);
    } catch (IOException e) {
      lock.close();
      throw new OutputException(layout.unfinished(), e);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** What the training to resume began with. */
  static TrainingInputs begun(TrainingLayout layout) {
    return JsonFile.read(layout.inputs(), TrainingInputs.class);
  }

  private static void requireEqual(TrainingLayout layout, TrainingInputs inputs) {
    var changed = begun(layout).changed(inputs);
    if (!changed.isEmpty()) {
      throw new PalimpsestException(
          "--resume: the training in "
              + layout.unfinished()
              + " began differently: "
              + String.join("; ", changed));
    }
  }

  private static boolean hasCheckpoint(TrainingLayout layout) {
    return Folders.contentIfThere(layout.unfinished()).stream()
        .anyMatch(TrainingLayout::isCheckpoint);
  }

  /** Whether there is a checkpoint. */
  boolean hasCheckpoint() {
    return hasCheckpoint(layout);
  }

  Path path() {
    return layout.unfinished();
  }

  /** Makes the written model appear under its name, and removes everything else. */
  void publish() {
    try {
      Files.move(layout.model(), layout.out(), StandardCopyOption.ATOMIC_MOVE);
      SafeMove.force(layout.out().getParent());
    } catch (IOException e) {
      throw new OutputException(layout.out(), e);
    }
    Folders.deleteQuietly(layout.unfinished());
  }

  /** Without a checkpoint there is nothing to continue from, and nothing is left behind. */
  @Override
  public void close() {
    if (!hasCheckpoint()) {
      Folders.deleteQuietly(layout.unfinished());
    }
    lock.close();
  }
}
