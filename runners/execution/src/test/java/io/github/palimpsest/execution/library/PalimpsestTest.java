package io.github.palimpsest.execution.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a program's experiment is, and what is refused before anything is trained. */
class PalimpsestTest {
  private static ExperimentBuilder experiment() {
    return Palimpsest.experiment("program")
        .model("quickstart")
        .task(Task.of("facts", "quickstart:facts"));
  }

  @Test
  void each_recipe_is_planned_with_each_seed() {
    assertThat(experiment().recipe("sgd").recipe("sgd + ewc").seeds(3, 4).plan().cells())
        .as("2 recipes, 2 seeds")
        .hasSize(2 * 2)
        .extracting(Cell::seed)
        .containsOnly(3L, 4L);
  }

  @Test
  void seeds_until_intervals_are_narrow_begin_with_five() {
    ExperimentBuilder two = experiment().recipe("sgd").recipe("sgd + ewc").seeds(3, 8);
    assertThat(two.untilPrecise(0.1, 20).plan().experiment().seeds())
        .as("the given seeds and those after the largest")
        .containsExactly(3L, 8L, 9L, 10L, 11L);
    assertThatThrownBy(() -> two.untilPrecise(-0.1, 20)).hasMessageContaining("-0.1");
    assertThatThrownBy(two.untilPrecise(0.1, 3)::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("at most 3 seeds are too few: the first stage has 5");
  }

  @Test
  void a_component_that_there_is_not_is_named_with_the_nearest() {
    assertThatThrownBy(experiment().recipe("adamww")::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("experiment 'program':")
        .hasMessageContaining("'adamww'")
        .hasMessageContaining("did you mean 'adamw'?");
  }

  @Test
  void a_generated_task_that_there_is_not_is_named_with_the_nearest() {
    assertThatThrownBy(experiment().recipe("sgd").task(Task.of("b", "quickstart:sortin"))::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("unknown generated task 'sortin'")
        .hasMessageContaining("sorting");
  }

  @Test
  void two_tasks_of_one_name_are_refused() {
    assertThatThrownBy(
            experiment().recipe("sgd").task(Task.of("facts", "quickstart:sorting"))::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("another task or evaluation set 'facts'");
  }

  @Test
  void a_file_that_is_missing_is_named() {
    assertThatThrownBy(
            experiment().recipe("sgd").task(Task.of("b", "nowhere.json").heldOut(5))::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'nowhere.json' does not exist");
  }

  @Test
  void a_key_that_there_is_not_is_named() {
    assertThatThrownBy(experiment().recipe("sgd").training("bach", 4)::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("bach")
        .hasMessageContaining("batch");
  }

  @Test
  void a_batch_of_no_example_is_refused_with_its_value() {
    assertThatThrownBy(experiment().recipe("sgd").batch(0)::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("batch")
        .hasMessageContaining("0");
  }

  @Test
  void a_recipe_without_an_optimizer_and_one_given_twice_are_refused() {
    assertThatThrownBy(experiment().recipe("ewc")::plan)
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("recipe 'ewc' cannot run")
        .hasMessageContaining("no optimizer");
    assertThatThrownBy(experiment().recipe("sgd").recipe("sgd")::plan)
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("same recipe");
  }

  @Test
  void no_recipe_no_task_no_model_and_no_seed_are_each_refused() {
    assertThatThrownBy(experiment()::plan).hasMessageContaining("strategy");
    assertThatThrownBy(Palimpsest.experiment("p").model("quickstart").recipe("sgd")::plan)
        .hasMessageContaining("tasks");
    assertThatThrownBy(
            Palimpsest.experiment("p").task(Task.of("a", "quickstart:facts")).recipe("sgd")::plan)
        .hasMessageContaining("model");
    assertThatThrownBy(experiment().recipe("sgd").seeds()::plan).hasMessageContaining("seeds");
  }

  @Test
  void evaluation_sets_metrics_and_the_device_reach_the_plan() {
    Experiment planned =
        experiment()
            .recipe("sgd")
            .evaluation(Task.of("kept", "quickstart:sorting").exactMatch(6))
            .metrics("forgetting", "backward-transfer")
            .device("cpu")
            .plan()
            .experiment();
    assertThat(planned.evaluation()).extracting(DataSet::name).containsExactly("kept");
    assertThat(planned.metrics())
        .extracting(m -> m.text().toString())
        .containsExactly("forgetting", "backward-transfer");
    assertThat(planned.device()).isEqualTo(Device.CPU);
  }

  @Test
  void a_primary_outcome_that_no_result_has_is_refused_before_anything_runs() {
    assertThatThrownBy(
            experiment().recipe("sgd").with("analysis", Map.of("primary", List.of("forgeting")))
                ::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("primary outcome 'forgeting'")
        .hasMessageContaining("did you mean 'forgetting'?");
    assertThat(
            experiment()
                .recipe("sgd")
                .evaluation(Task.of("kept", "quickstart:sorting"))
                .with("analysis", Map.of("primary", List.of("drift of kept"), "margin", 0.05))
                .plan()
                .content()
                .analysisSettings())
        .isEqualTo(
            new AnalysisSettings(
                AnalysisSettings.Model.BY_SEED,
                AnalysisSettings.Contrasts.CONTROL,
                List.of("drift of kept"),
                OptionalDouble.of(0.05)));
  }

  @Test
  void an_evaluation_set_cannot_keep_records_back() {
    assertThatThrownBy(
            experiment().recipe("sgd").evaluation(Task.of("kept", "quickstart:sorting").heldOut(5))
                ::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("held-out");
  }

  @Test
  void a_corpus_that_is_evaluated_on_is_refused() {
    assertThatThrownBy(
            experiment()
                    .recipe("sgd")
                    .evaluation(Task.of("kept", "stories.txt"))
                    .corpus(Task.of("corpus", "stories.txt"))
                ::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("the corpus is");
  }

  @Test
  void a_key_at_the_top_that_there_is_not_is_named_with_the_nearest() {
    assertThatThrownBy(experiment().recipe("sgd").with("probs", "flatness")::plan)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'probs'")
        .hasMessageContaining("probes");
  }

  @Test
  void a_plugin_folder_that_is_not_there_is_named() {
    assertThatThrownBy(() -> experiment().plugins(Path.of("no-such-folder")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("no-such-folder");
  }
}
