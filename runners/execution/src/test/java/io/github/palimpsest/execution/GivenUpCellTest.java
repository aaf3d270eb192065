package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.FolderLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class GivenUpCellTest {
  @TempDir Path temp;

  @Test
  void a_cell_that_workers_died_of_is_left_alone_until_the_next_run() throws IOException {
    Plan plan = ToyRun.plan("{optimizer: [sgd, sam]}");
    String dead = plan.cells().get(0).id();
    ExperimentRun.prepare(plan, RunSettings.DEFAULT, temp);
    ExperimentRun.giveUpCell(plan, temp, dead, "3 workers died of it");
    try (ToySubject subject = new ToySubject()) {
      assertThat(ExperimentRun.join(plan, RunSettings.DEFAULT, subject, temp, RunListener.NONE))
          .as("the worker that takes the place of the dead one finishes the other cell alone")
          .isEqualTo(new ExperimentRun.Summary(1, 0, 0));
    }
    Path failure = new FolderLayout(temp).cellFailure(dead);
    assertThat(failure).content().contains("3 workers died of it");
    assertThat(ToyRun.run(plan, temp, RunListener.NONE))
        .as("the next run tries it again")
        .isEqualTo(new ExperimentRun.Summary(1, 1, 0));
    assertThat(Files.exists(failure)).isFalse();
  }

  @Test
  void a_cell_that_two_workers_fail_has_the_later_reason() {
    Plan plan = ToyRun.plan("{optimizer: [sgd]}");
    String cell = plan.cells().get(0).id();
    ExperimentRun.prepare(plan, RunSettings.DEFAULT, temp);
    ExperimentRun.giveUpCell(plan, temp, cell, "the first");
    ExperimentRun.giveUpCell(plan, temp, cell, "the second");
    assertThat(new FolderLayout(temp).cellFailure(cell)).content().contains("the second");
  }
}
