package io.github.palimpsest.execution.remote;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.FolderCheck;
import io.github.palimpsest.experiment.plan.ChangedInputs;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The copy of a remote output folder that a run keeps on its own machine, to plan by and to report
 * from. It has everything except the states of stages and unfinished work, unless states are
 * wanted.
 */
public final class GridMirror implements AutoCloseable {
  private final RemoteGrid grid;
  private final FolderLayout layout;
  private final boolean states;
  private SortedSet<String> remote = new TreeSet<>();

  /**
   * A copy in a folder, which need not exist.
   *
   * @param states whether the states of stages are copied as well
   */
  public GridMirror(RemoteGrid grid, Path folder, boolean states) {
    this.grid = grid;
    this.layout = new FolderLayout(folder.toAbsolutePath().normalize());
    this.states = states;
  }

  /** The address of the remote folder. */
  public String address() {
    return grid.address();
  }

  private interface Transfer {
    void run() throws IOException;
  }

  private void transfer(Transfer work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new OutputException(
          "the results at " + grid.address() + " cannot be exchanged: " + e.getMessage(), e);
    }
  }

  /**
   * Brings what the copy lacks. The copy of a unit that is damaged is made again.
   *
   * @throws PalimpsestException if one of the two folders belongs to another experiment
   * @throws OutputException if it cannot be read, or the copy not be written
   */
  public void pull(Plan plan) {
    transfer(
        () -> {
          SortedSet<String> files = grid.all();
          requireOwn(plan, files);
          remote = RemoteGrid.units(files);
          if (remote.isEmpty() && !Files.exists(layout.root())) {
            return;
          }
          ExperimentRun.requireOwn(plan, layout.root());
          Files.createDirectories(layout.root());
          for (Path record : records()) {
            String name = record.getFileName().toString();
            if (files.contains(name) && (!Files.exists(record) || hasNoThreads(record))) {
              grid.getRecord(name, record);
            }
          }
          for (DamagedFileException damage : FolderCheck.all(layout.root())) {
            Path unit = layout.unit(damage.file());
            if (remote.contains(name(unit))) {
              Folders.delete(unit);
            }
          }
          for (String unit : RemoteGrid.unitsOf(layout.root())) {
            if (!remote.contains(unit) && isCopy(unit)) {
              Folders.delete(layout.root().resolve(unit)); // its state is nowhere
            }
          }
          take(remote);
        });
  }

  private void requireOwn(Plan plan, SortedSet<String> files) throws IOException {
    if (!files.contains(FolderLayout.EXPERIMENT)) {
      boolean others = !files.isEmpty() && RemoteGrid.units(files).isEmpty();
      if (others) {
        throw new OutputException(
            "'"
                + grid.address()
                + "' holds other files and no "
                + FolderLayout.EXPERIMENT
                + ": choose an empty or a new folder");
      }
      return;
    }
    Path copy = Files.createTempFile("palimpsest", ".json");
    try {
      grid.getRecord(FolderLayout.EXPERIMENT, copy);
      ExperimentIdentity owner = JsonFile.read(copy, ExperimentIdentity.class);
      if (!Fingerprint.of(plan.shared()).equals(owner.sha256())) {
        throw new OutputException(
            "'"
                + grid.address()
                + "' belongs to another experiment, '"
                + owner.name()
                + "'"
                + ChangedInputs.of(owner.shared(), plan)
                + ": choose another folder");
      }
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private List<Path> records() {
    return Stream.concat(layout.records().stream(), Stream.of(layout.submitted())).toList();
  }

  /** Whether a record is that of the folder, from before any worker had trained. */
  private boolean hasNoThreads(Path record) {
    return record.equals(layout.experiment())
        && ExperimentIdentity.of(layout).map(ExperimentIdentity::operationThreads).isEmpty();
  }

  private String name(Path unit) {
    return RemoteGrid.text(layout.root().relativize(unit));
  }

  /** Whether a unit here is a trained stage without its state. */
  private boolean isCopy(String unit) {
    Path folder = layout.root().resolve(unit);
    return folder.getParent().equals(layout.stages())
        && Files.exists(folder.resolve(FolderLayout.ABOUT))
        && !Files.exists(folder.resolve(FolderLayout.STATE));
  }

  /**
   * Makes the remote folder follow the copy after a run has prepared it: what the run forgot there
   * is removed, the records are written, and what only the copy has is published.
   */
  public void follow() {
    transfer(
        () -> {
          SortedSet<String> here = RemoteGrid.unitsOf(layout.root());
          for (String unit : List.copyOf(remote)) {
            if (!here.contains(unit)) {
              grid.remove(unit);
              remote.remove(unit);
            }
          }
          for (Path record : records()) {
            if (Files.exists(record)) {
              grid.putRecord(record);
            }
          }
          for (String unit : here) {
            offer(unit);
          }
        });
  }

  /** Publishes a unit that the copy has and the remote folder may lack. */
  public void publish(String unit) {
    transfer(() -> offer(unit));
  }

  private void offer(String unit) throws IOException {
    boolean whole = Files.isRegularFile(layout.root().resolve(RemoteGrid.last(unit)));
    if (whole && !isCopy(unit) && remote.add(unit)) {
      grid.put(unit, layout.root());
    }
  }

  /** Copies the record of the folder, which the first worker has completed. */
  public void bringIdentity() {
    if (Files.exists(layout.experiment())) {
      transfer(() -> grid.getRecord(FolderLayout.EXPERIMENT, layout.experiment()));
    }
  }

  /** Copies units that workers have published. */
  public void bring(Collection<String> units) {
    transfer(
        () -> {
          for (String unit : units) {
            copy(unit);
          }
        });
  }

  /** Copies a unit, unless the copy has it or it is not there. */
  public void lookFor(String unit) {
    transfer(
        () -> {
          if (lacks(unit) && grid.complete(unit)) {
            copy(unit);
          }
        });
  }

  private void take(Collection<String> units) throws IOException {
    for (String unit : units) {
      if (lacks(unit)) {
        copy(unit);
      }
    }
  }

  private boolean lacks(String unit) {
    boolean whole = Files.isRegularFile(layout.root().resolve(RemoteGrid.last(unit)));
    return !whole || states && isCopy(unit);
  }

  private void copy(String unit) throws IOException {
    try {
      grid.get(unit, layout.root(), states);
      remote.add(unit);
    } catch (NoSuchFileException | DamagedFileException e) {
      grid.remove(unit); // it is not complete: it is computed again
      remote.remove(unit);
    }
  }

  /** At the end of a run: brings what the copy still lacks, and removes checkpoints of no use. */
  public void end() {
    transfer(
        () -> {
          SortedSet<String> files = grid.all();
          remote = RemoteGrid.units(files);
          take(List.copyOf(remote));
          for (String unit : remote) {
            String id = Path.of(unit).getFileName().toString();
            Path left = new FolderLayout(Path.of("")).checkpoints(id);
            if (unit.equals(RemoteGrid.stage(id)) && files.contains(RemoteGrid.text(left))) {
              grid.removeCheckpoints(id);
            }
          }
        });
  }

  @Override
  public void close() {
    grid.close();
  }
}
