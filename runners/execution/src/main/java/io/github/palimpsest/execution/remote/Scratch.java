package io.github.palimpsest.execution.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A folder of this machine in which one worker works: it has what the worker needs of a remote
 * folder, and what the worker finishes in it is published there.
 */
public final class Scratch implements AutoCloseable {
  /** Stands for the folder's path in the command line of a worker. */
  public static final String PLACE = "{scratch}";

  /** The output folder of the worker. */
  public static final String OUT = PLACE + "/out";

  /** The text of the experiment file. */
  public static final String TEXT = PLACE + "/experiment.yaml";

  private final RemoteGrid grid;
  private final Path root;
  private final Path out;
  private final Map<String, String> brought = new TreeMap<>();
  private Optional<Integer> agreed = Optional.empty();

  /**
   * Creates the folder and brings what a worker needs.
   *
   * @param temporary the folder to create it in
   * @throws IOException if that cannot be read or written; then nothing is left here
   */
  public Scratch(RemoteGrid grid, RemoteInputs inputs, Path temporary) throws IOException {
    this.grid = grid;
    this.root = Files.createTempDirectory(Files.createDirectories(temporary), "palimpsest-");
    this.out = path(OUT);
    try {
      bring(inputs);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The folder itself. */
  public Path root() {
    return root;
  }

  /** A word of a command line with the path of this folder. */
  public String word(String word) {
    return word.replace(PLACE, root.toString());
  }

  private Path path(String text) {
    return Path.of(word(text));
  }

  private void bring(RemoteInputs inputs) throws IOException {
    Files.createDirectories(out);
    bringIdentity();
    if (inputs.text() != null) {
      Files.write(path(TEXT), inputs.text().getBytes(UTF_8));
    }
    if (inputs.everything()) {
      for (String unit : RemoteGrid.units(grid.all())) {
        bring(unit, false);
      }
    }
    for (String unit : inputs.units()) {
      if (grid.complete(unit)) {
        bring(unit, true);
      }
    }
    if (inputs.stage() != null) {
      Path work = layout().work(inputs.stage());
      Path archive = root.resolve("checkpoints");
      if (grid.getCheckpoints(inputs.stage(), archive)) {
        Files.createDirectories(work.getParent());
        CheckpointArchive.read(archive, work);
        Files.delete(archive);
      }
    }
  }

  /** Workers agree on what the record of the folder says; the first of a grid finds none. */
  private void bringIdentity() throws IOException {
    try {
      grid.getRecord(FolderLayout.EXPERIMENT, layout().experiment());
    } catch (NoSuchFileException e) {
      return;
    }
    agreed = threads();
  }

  private FolderLayout layout() {
    return new FolderLayout(out);
  }

  private Optional<Integer> threads() {
    return ExperimentIdentity.of(layout()).map(ExperimentIdentity::operationThreads);
  }

  private void bring(String unit, boolean state) throws IOException {
    try {
      grid.get(unit, out, state);
      brought.put(unit, sum(unit));
    } catch (NoSuchFileException e) {
      return; // it has been removed since
    }
  }

  /** Changes when a unit changes. */
  private String sum(String unit) throws IOException {
    return Sha256Sums.hex(Files.readAllBytes(out.resolve(RemoteGrid.last(unit))));
  }

  /** The work of a worker. */
  @FunctionalInterface
  public interface Work<T> {
    /** Works to its end. */
    T run() throws IOException, InterruptedException;
  }

  /**
   * Publishes checkpoints while a worker works, and the last ones at its end.
   *
   * @param told receives the reason if checkpoints cannot be published
   */
  public <T> T publishing(Consumer<String> told, Work<T> work)
      throws IOException, InterruptedException {
    CheckpointCopies copies = new CheckpointCopies(grid, out, root, told);
    try {
      return work.run();
    } finally {
      copies.end();
    }
  }

  /**
   * Publishes what the worker has finished.
   *
   * @return the units that are new or have changed
   * @throws IOException if one cannot be published; those before it are
   */
  public List<String> publish() throws IOException {
    if (agreed.isEmpty() && threads().isPresent()) {
      grid.putRecord(layout().experiment());
    }
    List<String> changed = new ArrayList<>();
    for (String unit : RemoteGrid.unitsOf(out)) {
      String before = brought.get(unit);
      if (before == null) {
        grid.put(unit, out);
      } else if (before.equals(sum(unit))) {
        continue;
      } else {
        grid.replace(unit, out); // refreshed, or damaged and computed again
      }
      changed.add(unit);
      Path path = Path.of(unit);
      if (unit.equals(RemoteGrid.stage(path.getFileName().toString()))) {
        grid.removeCheckpoints(path.getFileName().toString());
      }
    }
    return changed;
  }

  /** Removes the folder. */
  @Override
  public void close() {
    Folders.deleteQuietly(root);
  }
}
