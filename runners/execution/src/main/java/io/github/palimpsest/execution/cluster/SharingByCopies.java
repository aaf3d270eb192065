package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.ReadyWork;
import io.github.palimpsest.execution.remote.GridMirror;
import io.github.palimpsest.execution.remote.RemoteGrid;
import io.github.palimpsest.execution.remote.RemoteInputs;
import io.github.palimpsest.execution.remote.Scratch;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Machines share a remote folder alone: each worker gets copies of what it needs, and the output
 * folder is a copy for the run itself.
 */
final class SharingByCopies implements Sharing {
  private final GridMirror mirror;
  private final Plan plan;
  private final Stages stages;
  private final Path out;
  private final @Nullable String text;

  /**
   * Nothing is copied yet, except the text of the experiment file.
   *
   * @param file the experiment file, or the name of a built-in experiment
   * @param out the output folder
   */
  SharingByCopies(GridMirror mirror, Plan plan, Stages stages, Path file, Path out) {
    this.mirror = mirror;
    this.plan = plan;
    this.stages = stages;
    this.out = out;
    this.text = read(file);
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file) : null;
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  @Override
  public void begin() {
    mirror.pull(plan);
  }

  @Override
  public RemoteInputs inputs(Assignment assignment) {
    String id = assignment.id();
    return switch (assignment.kind()) {
      case ALL, CHECK -> new RemoteInputs(mirror.address(), text, List.of(), true, null);
      case STAGE -> new RemoteInputs(mirror.address(), text, ofStage(id), false, id);
      case CELL -> new RemoteInputs(mirror.address(), text, ofCell(id), false, null);
    };
  }

  /** A stage begins at the state of the one before it. */
  private List<String> ofStage(String id) {
    List<String> units = new ArrayList<>(List.of(RemoteGrid.stage(id)));
    for (Stage stage : stages.all()) {
      Stage parent = stage.parent();
      if (stage.id().equals(id) && parent != null) {
        units.add(RemoteGrid.stage(parent.id()));
      }
    }
    return units;
  }

  /** The result of a cell follows from the states of its stages and from scores. */
  private List<String> ofCell(String id) {
    Cell cell = plan.cell(id);
    List<String> units = new ArrayList<>(List.of(RemoteGrid.cell(id)));
    stages.needed(cell).forEach(stage -> units.add(RemoteGrid.stage(stage.id())));
    stages.rows(cell).forEach(row -> units.add(RemoteGrid.row(row)));
    return units;
  }

  @Override
  public Optional<Path> text(Optional<Path> kept) {
    return text == null ? Optional.empty() : Optional.of(Path.of(Scratch.TEXT));
  }

  @Override
  public void prepared() {
    mirror.follow();
  }

  @Override
  public ReadyWork ready() {
    return ReadyWork.ofCopy(plan, stages, out);
  }

  @Override
  public void ended(Assignment assignment, List<String> published) {
    if (assignment.equals(Assignment.CHECK)) {
      mirror.bringIdentity();
    }
    mirror.bring(published);
    unit(assignment).ifPresent(mirror::lookFor); // of a worker that was lost since
  }

  @Override
  public void settled(Assignment assignment) {
    unit(assignment).ifPresent(mirror::publish); // a unit that was given up
  }

  private static Optional<String> unit(Assignment assignment) {
    return switch (assignment.kind()) {
      case ALL, CHECK -> Optional.empty();
      case STAGE -> Optional.of(RemoteGrid.stage(assignment.id()));
      case CELL -> Optional.of(RemoteGrid.cell(assignment.id()));
    };
  }

  @Override
  public void end() {
    mirror.end();
  }

  @Override
  public void close() {
    mirror.close();
  }
}
