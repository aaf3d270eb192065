package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.ReadyWork;
import io.github.palimpsest.execution.remote.RemoteInputs;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All machines see the output folder, so nothing has to be done.
 *
 * @param out the output folder
 */
record SharingOneFolder(Plan plan, Stages stages, Path out) implements Sharing {
  @Override
  public void begin() {}

  @Override
  public @Nullable RemoteInputs inputs(Assignment assignment) {
    return null;
  }

  @Override
  public Optional<Path> text(Optional<Path> kept) {
    return kept;
  }

  @Override
  public void prepared() {}

  @Override
  public ReadyWork ready() {
    return new ReadyWork(plan, stages, out);
  }

  @Override
  public void ended(Assignment assignment, List<String> published) {}

  @Override
  public void settled(Assignment assignment) {}

  @Override
  public void end() {}

  @Override
  public void close() {}
}
