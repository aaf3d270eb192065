package io.github.palimpsest.tracking;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.tracker.Readback;
import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedCell.State;
import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.api.tracker.TrackedPoint;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.SummaryMetadata;

/**
 * A grid as TensorBoard's event files, a folder for each cell: scalars by training step, the recipe
 * as text, and its settings for the HParams page. A process that begins to follow a folder writes
 * its cells' files again from the start, so an interrupted grid has no step twice.
 */
public final class TensorBoard implements Tracker, Readback {
  private static final int NAME_LENGTH = 80;
  private static final int ID_LENGTH = 8;
  private static final SummaryMetadata TEXT =
      SummaryMetadata.newBuilder()
          .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName("text"))
          .build();

  private final Path root;

  /** Created when the first data are shown, because it loads TensorFlow. */
  private @Nullable EventFiles files;

  private final Map<String, Shown> shown = new HashMap<>();
  private final Set<String> ended = new HashSet<>();

  /** Creates a tracker that writes to a folder; {@link #open} creates the folder. */
  TensorBoard(Path root) {
    this.root = root;
  }

  /**
   * Creates the folder.
   *
   * @throws PalimpsestException if it cannot be created
   */
  @Override
  public void open() {
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new PalimpsestException(
          "the folder for TensorBoard, '" + root + "', cannot be made: " + e.getMessage(), e);
    }
  }

  @Override
  public String target() {
    return "TensorBoard's files in '" + root + "'";
  }

  @Override
  public void show(TrackedExperiment experiment) {
    EventFiles open = files;
    if (open == null) {
      open = new EventFiles();
      files = open;
    }
    for (TrackedCell cell : experiment.cells()) {
      if (cell.state() != State.WAITING) {
        show(cell, open);
      }
    }
  }

  private void show(TrackedCell cell, EventFiles files) {
    String id = cell.id();
    Path folder = root.resolve(name(cell));
    if (!files.isOpen(folder)) {
      removeOld(folder);
      files.open(folder);
      files.text(folder, "recipe", 0, describe(cell), TEXT);
      files.text(folder, HyperParameters.START, 0, "", HyperParameters.start(cell));
    }
    Shown already = shown.computeIfAbsent(id, i -> new Shown(UnaryOperator.identity()));
    List<Shown.Scalar> missing = already.missing(cell);
    for (Shown.Scalar s : missing) {
      files.scalar(folder, s.series(), s.step(), s.value());
      already.add(s.series(), s.step());
    }
    boolean over = cell.state() == State.FINISHED || cell.state() == State.FAILED;
    boolean ends = over && ended.add(id);
    if (ends) {
      boolean succeeded = cell.state() == State.FINISHED;
      files.text(folder, HyperParameters.END, cell.lastStep(), "", HyperParameters.end(succeeded));
      cell.reason().ifPresent(r -> files.text(folder, "failed", cell.lastStep(), literal(r), TEXT));
    }
    if (ends || !missing.isEmpty()) {
      files.flush(folder);
    }
  }

  @Override
  public List<TrackedPoint> shown(TrackedExperiment experiment, String cell) {
    List<TrackedPoint> all = new ArrayList<>();
    for (TrackedCell c : experiment.cells()) {
      if (c.id().equals(cell)) {
        for (Path file : Folders.contentIfThere(root.resolve(name(c)))) {
          all.addAll(isOurs(file) ? EventRecords.scalars(file) : List.of());
        }
      }
    }
    return all;
  }

  /** The name of a cell's run: its recipe as far as a file name allows, its seed and its id. */
  static String name(TrackedCell cell) {
    String recipe = cell.label().replace(" ", "").replaceAll("[^A-Za-z0-9._=,()+|-]", "_");
    return recipe.substring(0, Math.min(NAME_LENGTH, recipe.length()))
        + "-seed"
        + cell.seed()
        + "-"
        + cell.id().substring(0, Math.min(ID_LENGTH, cell.id().length()));
  }

  private static String describe(TrackedCell cell) {
    StringBuilder text = new StringBuilder();
    text.append("| | |\n|---|---|\n");
    text.append("| recipe | ").append(literal(cell.recipe())).append(" |\n");
    text.append("| seed | ").append(cell.seed()).append(" |\n");
    text.append("| cell | ").append(cell.id()).append(" |\n");
    cell.levels()
        .forEach(
            (axis, level) ->
                text.append("| ").append(axis).append(" | ").append(literal(level)).append(" |\n"));
    return text.toString();
  }

  /** Markdown that shows the text literally, also in a table. */
  private static String literal(String text) {
    return text.replaceAll("([\\\\`*_{}\\[\\]()#+.!|<>&-])", "\\\\$1").replace('\n', ' ');
  }

  private static void removeOld(Path folder) {
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.filter(TensorBoard::isOurs).toList()) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      return; // a new cell
    } catch (IOException e) {
      throw new OutputException(folder, e);
    }
  }

  private static boolean isOurs(Path file) {
    return file.getFileName().toString().endsWith(EventFiles.SUFFIX);
  }

  @Override
  public void close() {
    EventFiles open = files;
    if (open != null) {
      open.close();
      files = null;
    }
  }
}
