package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid trains and scores an adapter whose biases are no tensors of the model. */
@Tag("native")
class UnmergeableAdapterTest {
  private static final String FILE =
      """
      name: biases
      model: quickstart
      tasks:
        - {name: facts, data: "quickstart:facts"}
        - {name: sorting, data: "quickstart:sorting"}
      training: {steps: 4, batch: 4, checkpoint-every: 2}
      axes: AXES
      seeds: [7]
      """;

  @TempDir Path temp;

  private Plan plan(String axes) {
    Experiment read =
        ExperimentFile.parse("biases.yaml", FILE.replace("AXES", axes), temp, Map.of());
    return Plan.of(read, Plugins.onClassPath());
  }

  private static void run(Plan plan, Path out, RunListener listener) {
    try (LanguageSubject subject = LanguageSubject.open(plan.experiment(), plan.registry())) {
      ExperimentRun.run(plan, RunSettings.DEFAULT, subject, out, listener);
    }
  }

  private static CellResult result(Path out, Plan plan, int cell) {
    return CellResult.of(new FolderLayout(out).result(plan.cells().get(cell).id()));
  }

  @Test
  void scores_are_those_of_the_trained_biases_next_to_cells_without_them() {
    Plan plan =
        plan(
            "{optimizer: [adamw(lr=1e-2)], adapter: [none, bitfit], regularizer: [ewc(lambda=10)]}");
    run(plan, temp.resolve("out"), RunListener.NONE);
    CellResult plain = result(temp.resolve("out"), plan, 0);
    CellResult biased = result(temp.resolve("out"), plan, 1);
    assertThat(biased.scores().before()).containsExactly(plain.scores().before());
    assertThat(biased.scores().after()[0][0])
        .as("the loss of the first task falls by biases alone")
        .isLessThan(biased.scores().before()[0])
        .isNotEqualTo(plain.scores().after()[0][0]);
    Stage last = Stages.of(plan, true).of(plan.cells().get(1)).get(1);
    try (LanguageSubject subject = LanguageSubject.open(plan.experiment(), plan.registry())) {
      WeightSnapshot weights =
          new StageLoops(plan, subject)
              .loop(
                  last,
                  Seats.of(plan.cells().get(1).recipe()),
                  new FolderLayout(temp.resolve("out")).stage(last.id()))
              .weights();
      assertThat(AddedBias.in(weights, subject.model().parameters())).isNotEmpty();
      for (String name : subject.pretrained(7).names()) {
        assertThat(weights.copy(name)).as(name).containsExactly(subject.pretrained(7).copy(name));
      }
      assertThat(subject.score("sorting", weights).value())
          .isEqualTo(biased.scores().after()[1][1]);
    }
  }

  @Test
  void a_run_interrupted_between_checkpoints_goes_on_to_the_same_bytes() throws IOException {
    Plan plan = plan("{optimizer: [adamw(lr=1e-2)], adapter: [bitfit]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    RunListener killer =
        event -> {
          if (event instanceof RunEvent.Step step && step.stepsOfCell() == 7) {
            InterruptedRunTest.Killed.now();
          }
        };
    assertThatThrownBy(() -> run(plan, temp.resolve("killed"), killer))
        .isInstanceOf(InterruptedRunTest.Killed.class);
    run(plan, temp.resolve("killed"), RunListener.NONE);
    assertThat(ToyRun.content(temp.resolve("killed")))
        .isEqualTo(ToyRun.content(temp.resolve("whole")));
  }

  @Test
  void what_needs_merged_weights_is_excluded_before_anything_runs() {
    Plan merged =
        plan("{optimizer: [sgd], adapter: [bitfit, lora], merger: [none, wise-ft(alpha=0.5)]}");
    assertThat(merged.excluded())
        .singleElement()
        .extracting(GridPlan.Excluded::rule)
        .isEqualTo("unmergeable");
    Plan space =
        plan("{optimizer: [sam(space=effective), sam], adapter: [bitfit, bitfit(new=false)]}");
    assertThat(space.excluded())
        .as("with its own biases alone, the model can take them")
        .singleElement()
        .extracting(GridPlan.Excluded::reason)
        .asString()
        .contains("'bitfit'", "'sam(space=effective)'");
    assertThat(
            plan("{optimizer: [sgd], adapter: [none, bitfit]}\nprobes: [intruder-share]")
                .excluded())
        .extracting(GridPlan.Excluded::rule)
        .isEqualTo(List.of("unmergeable"));
  }
}
