package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A merger at the end that reads the weights after an earlier task, from that stage's state. */
@Tag("native")
class HistoryMergerTest {
  private static final Plan PLAN = ToyRun.plan("{optimizer: [sgd], merger: [none, first]}");
  private static final Cell PLAIN = PLAN.cells().get(0);
  private static final Cell FIRST = PLAN.cells().get(1);

  private static double[] scores(Path out, Cell cell, int task) {
    return CellResult.of(new FolderLayout(out).result(cell.id())).scores().after()[task];
  }

  @Test
  void earlier_states_are_read_and_trained_again_if_they_were_removed(@TempDir Path out)
      throws IOException {
    ToyRun.run(ToyRun.plan("{optimizer: [sgd]}"), out, RunListener.NONE);
    Stage first = Stages.of(PLAN, true).of(FIRST).get(0);
    Path state = new StageStore(out).state(first);
    Files.delete(state);
    ToyRun.Steps steps = new ToyRun.Steps();
    ToyRun.run(PLAN, out, steps);
    assertThat(steps.tasks).as("the first task alone is trained again").hasSize(15);
    assertThat(scores(out, FIRST, 1)).containsExactly(scores(out, PLAIN, 0));
    try (ToySubject subject = new ToySubject()) {
      WeightSnapshot merged = ProbeRun.weights(PLAN, subject, out, FIRST);
      Files.delete(state);
      assertThat(merged.names()).isNotEmpty();
      assertThatThrownBy(() -> ProbeRun.weights(PLAN, subject, out, FIRST))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("'a' has been removed");
    }
  }
}
