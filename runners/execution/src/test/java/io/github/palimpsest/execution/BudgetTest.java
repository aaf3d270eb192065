package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.results.folder.JsonFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("native")
class BudgetTest {
  @TempDir Path temp;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "adamw | 40",
        // two passes a step: half the steps
        "sam | 20",
        // every fifth step has an ascent: 40 / 1.2 = 33.3
        "looksam(k=5) | 33",
      })
  void under_equal_compute_the_declared_passes_are_equal(String recipe, long steps) {
    Training training = Training.epochs(2, 4); // 80 examples: 2 x 80 / 4 = 40 steps
    assertThat(
            Budget.COMPUTE
                .training(training, Plugins.onClassPath().recipe(recipe), training.steps(80))
                .steps(80))
        .isEqualTo(steps);
    assertThat(
            Budget.STEPS
                .training(training, Plugins.onClassPath().recipe(recipe), training.steps(80))
                .steps(80))
        .as("equal steps")
        .isEqualTo(40);
  }

  @Test
  void products_are_computed_under_equal_compute_as_the_file_says() {
    Training training = Training.epochs(2, 4).with(Compute.BFLOAT16);
    assertThat(
            Budget.COMPUTE
                .training(training, Plugins.onClassPath().recipe("sam"), training.steps(80))
                .compute())
        .isEqualTo(Compute.BFLOAT16);
  }

  @Test
  void the_tokens_of_a_part_of_the_loss_belong_to_the_identity_if_they_are_stated() {
    assertThat(SharedInputs.training(toy("{steps: 1, loss-chunk: 512}")))
        .containsEntry("training.loss-chunk", "512");
    assertThat(toy("{steps: 1, loss-chunk: 512}").training().lossChunk().parts(1100, 8))
        .isEqualTo(3);
    assertThat(SharedInputs.training(toy("{steps: 1}"))).doesNotContainKey("training.loss-chunk");
  }

  @Test
  void the_type_of_slots_belongs_to_the_identity_and_their_place_does_not() {
    assertThat(SharedInputs.training(toy("{steps: 1, slots: bfloat16}")))
        .containsEntry("training.slots", "bfloat16");
    assertThat(SharedInputs.training(toy("{steps: 1, slots: float32, slots-place: host}")))
        .isEqualTo(SharedInputs.training(toy("{steps: 1}")));
    assertThat(toy("{steps: 1, slots-place: host}").slotNotice()).get().asString().contains("cpu");
  }

  private static Experiment toy(String training) {
    String text =
        "name: toy\nmodel: none\ntasks: [{name: a, data: a.json, test: b.json}]\n"
            + "axes: {optimizer: sgd}\nseeds: 1\ntraining: "
            + training;
    return ExperimentFile.parse("toy.yaml", text, Path.of("."), Map.of());
  }

  @Test
  void a_run_takes_the_steps_of_its_budget_and_has_another_identity() {
    Plan equalSteps = ToyRun.plan("{optimizer: [sgd, sam]}");
    Plan equalCompute = ToyRun.plan("{optimizer: [sgd, sam]}\nbudget: {equal: compute}");
    assertThat(SharedInputs.training(equalCompute.experiment()))
        .containsEntry("training.budget", "compute");
    assertThat(SharedInputs.training(equalSteps.experiment()))
        .as("folders of earlier versions stay valid")
        .doesNotContainKey("training.budget");
    run(equalCompute, temp, RunListener.NONE);
    List<String> steps =
        equalCompute.cells().stream()
            .map(
                c ->
                    JsonFile.read(temp.resolve("cells").resolve(c.id()).resolve("result.json"))
                        .path("steps")
                        .toString())
            .toList();
    assertThat(steps)
        .as("15 steps a task, halved and rounded down")
        .containsExactly("[15,15]", "[7,7]");
  }
}
