package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Chains;
import io.github.palimpsest.results.folder.FolderLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores before the first task are those of the bare model, whatever the recipe. */
@Tag("native")
class BeforeScoresTest {
  @TempDir Path out;

  @Test
  void a_cell_with_an_adapter_has_the_row_before_training_of_a_cell_without() {
    Plan plan =
        ToyRun.plan(
            Plugins.onClassPath(),
            "{optimizer: [sgd(lr=0.1)], adapter: [none, 'lora(rank=1, target=\"fc1.*\")']}");
    try (ToySubject subject = new ToySubject()) {
      ExperimentRun.run(plan, RunSettings.DEFAULT, subject, out, RunListener.NONE);
      FolderLayout layout = new FolderLayout(out);
      Chains chains = Chains.of(layout);
      assertThat(plan.cells()).hasSize(2);
      assertThat(chains.cells().values().stream().map(c -> c.rows().get(0)).distinct()).hasSize(1);
      for (var cell : plan.cells()) {
        CellResult result = CellResult.of(layout.result(cell.id()));
        for (String set : List.of("a", "b", "kept")) {
          assertThat(result.setScores().get(0).get(set).perExample())
              .as(result.label() + ", " + set)
              .containsExactly(subject.score(set, subject.pretrained(1)).perExample());
        }
      }
    }
  }
}
