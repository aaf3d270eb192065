package io.github.palimpsest.execution.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.ActingRecipe;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.GridPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StagesTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();

  private static final String THREE_TASKS =
      """
      model: m
      tasks:
        - {name: a, data: a.txt, format: text, held-out: 1}
        - {name: b, data: b.txt, format: text, held-out: 1}
        - {name: c, data: c.txt, format: text, held-out: 1}
      """;

  private static Plan plan(String rest, String... shared) {
    TreeMap<String, String> values = new TreeMap<>();
    for (int i = 0; i < shared.length; i += 2) {
      values.put(shared[i], shared[i + 1]);
    }
    Experiment e = ExperimentFile.parse("s.yaml", THREE_TASKS + rest, Path.of("."), Map.of());
    return Plan.of(e, REGISTRY, values);
  }

  private static List<String> ids(Plan plan, int cell) {
    return Stages.of(plan, true).of(plan.cells().get(cell)).stream().map(Stage::id).toList();
  }

  @Test
  void the_factorial_of_the_design_needs_570_trainings_instead_of_4860() {
    Plan plan =
        plan(
            """
            axes:
              optimizer: [adamw, sam, asam]
              adapter: [none, lora]
              regularizer: [none, ewc(lambda=10), ewc(lambda=100)]
              rehearsal: [none, replay(ratio=0.05), replay(ratio=0.1)]
              merger: [wise-ft(alpha=0), wise-ft(alpha=0.2), wise-ft(alpha=0.4), wise-ft(alpha=0.6),
                       wise-ft(alpha=0.8), wise-ft(alpha=1)]
            seeds: [1, 2, 3, 4, 5]
            """);
    assertThat(plan.cells()).as("3 x 2 x 3 x 3 x 6 x 5 cells").hasSize(1620);
    Stages stages = Stages.of(plan, true);
    assertThat(stages.withoutSharing()).isEqualTo(4860);
    assertThat(stages.all())
        .as("task 1: 3 x 2 x 5; tasks 2 and 3: 3 x 2 x 3 x 3 x 5 each")
        .hasSize(30 + 270 + 270);
    assertThat(Stages.of(plan, false).all()).as("every cell by itself").hasSize(4860);
  }

  @Test
  void a_stage_depends_on_earlier_data_and_not_on_later_data_or_on_scoring() {
    String[] base = {"task.1.data", "x", "task.2.data", "y", "task.3.data", "z"};
    String grid = "axes: {optimizer: [adamw]}\nseeds: [1]";
    List<String> before = ids(plan(grid, base), 0);
    List<String> otherThird =
        ids(plan(grid, "task.1.data", "x", "task.2.data", "y", "task.3.data", "new"), 0);
    assertThat(otherThird.subList(0, 2)).isEqualTo(before.subList(0, 2));
    assertThat(otherThird.get(2)).isNotEqualTo(before.get(2));
    List<String> otherFirst =
        ids(plan(grid, "task.1.data", "new", "task.2.data", "y", "task.3.data", "z"), 0);
    assertThat(otherFirst)
        .as("everything follows from the first")
        .doesNotContainAnyElementsOf(before);
    List<String> otherScoring =
        ids(
            plan(
                grid,
                "task.1.data",
                "x",
                "task.2.data",
                "y",
                "task.3.data",
                "z",
                "task.1.measure",
                "exact-match",
                "task.1.measure-code",
                "1.0 0123",
                "evaluation.kept.data",
                "k"),
            0);
    assertThat(otherScoring).isEqualTo(before);
  }

  @Test
  void sharpness_in_the_first_task_shares_it_with_sharpness_throughout() {
    Plan plan =
        plan(
            """
            axes: {optimizer: [adamw, sam, sam(tasks=first), sam(tasks=later), sparse(tasks=first)]}
            seeds: [1]
            """);
    List<String> adamw = ids(plan, 0);
    List<String> sam = ids(plan, 1);
    List<String> first = ids(plan, 2);
    List<String> later = ids(plan, 3);
    assertThat(first.get(0)).isEqualTo(sam.get(0)).isNotEqualTo(adamw.get(0));
    assertThat(later.get(0)).isEqualTo(adamw.get(0));
    assertThat(ids(plan, 4)).as("sparse is another name").isEqualTo(first);
    assertThat(first.get(1)).isNotEqualTo(sam.get(1));
    List<Stage> stages = Stages.of(plan, true).of(plan.cells().get(2));
    assertThat(stages)
        .extracting(stage -> stage.recipe().optimizer().id().value())
        .containsExactly("sam", "adamw", "adamw");
  }

  @Test
  void what_an_optimizer_does_by_task_is_shared_within_wrappers_too() {
    Plan plan =
        plan(
            """
            axes: {optimizer: ["clip-norm(base=sam(base=adamw))", "clip-norm(base=sam(tasks=first, base=adamw))",
              "clip-norm(base=per-task(first=sam, later=adamw(lr=1e-4)))", "per-task(first=sam, later=adamw(lr=1e-4))"]}
            seeds: [1]
            """);
    String sam = ids(plan, 0).get(0);
    assertThat(ids(plan, 1).get(0)).isEqualTo(sam);
    assertThat(ids(plan, 2).get(0)).isEqualTo(sam);
    assertThat(ids(plan, 3).get(0)).as("without the wrapper").isNotEqualTo(sam);
    List<Stage> stages = Stages.of(plan, true).of(plan.cells().get(2));
    assertThat(stages.get(0).recipe().optimizer())
        .hasToString(REGISTRY.recipe("clip-norm(base=sam)").optimizer().toString());
    assertThat(stages.get(1).recipe().optimizer())
        .hasToString(REGISTRY.recipe("clip-norm(base=adamw(lr=1e-4))").optimizer().toString());
  }

  @Test
  void the_optimizers_of_different_tasks_are_in_memory_at_different_times() {
    Recipe recipe = REGISTRY.recipe("per-task(first=sam, later=adamw) + ewc");
    assertThat(ActingRecipe.ofEachTask(recipe, 2))
        .extracting(Recipe::toString)
        .containsExactly(
            REGISTRY.recipe("sam + ewc").toString(), REGISTRY.recipe("adamw + ewc").toString());
  }

  @Test
  void a_mean_of_scores_has_the_direction_of_the_scores() {
    GridPlan nats = plan("axes: {optimizer: [adamw]}\nseeds: [1]").content();
    assertThat(nats.higherMetrics())
        .containsEntry("average-score", false)
        .containsEntry("learning-accuracy", false)
        .containsEntry("forgetting", false)
        .containsEntry("backward-transfer", true);
  }

  @Test
  void the_passes_of_a_cell_are_averaged_over_its_steps() {
    Recipe recipe = REGISTRY.recipe("sam(tasks=first) + ewc");
    assertThat(ActingRecipe.passesPerStep(recipe, List.of(10L, 30L)))
        .isEqualTo((2 * 10 + 1 * 30) / 40.0);
    assertThat(ActingRecipe.passesPerStep(REGISTRY.recipe("sam"), List.of(10L, 30L))).isEqualTo(2);
    Recipe clipped = REGISTRY.recipe("clip-norm(base=per-task(first=sam, later=adamw))");
    assertThat(ActingRecipe.passesPerStep(clipped, List.of(10L, 30L)))
        .isEqualTo((2 * 10 + 1 * 30) / 40.0);
  }

  @Test
  void a_stage_depends_on_seed_optimizer_and_training_from_the_first_task_on() {
    List<String> base = ids(plan("axes: {optimizer: [adamw]}\nseeds: [1]"), 0);
    for (Plan other :
        List.of(
            plan("axes: {optimizer: [adamw]}\nseeds: [2]"),
            plan("axes: {optimizer: [adamw(lr=0.5)]}\nseeds: [1]"),
            plan("axes: {optimizer: [adamw]}\nseeds: [1]", "training.batch", "3"))) {
      assertThat(ids(other, 0)).doesNotContainAnyElementsOf(base);
    }
  }

  @Test
  void a_component_that_acts_in_the_first_task_is_part_of_its_stage() {
    Plan plan = plan("axes: {optimizer: [adamw], regularizer: [none, l2-sp, ewc]}\nseeds: [1]");
    assertThat(ids(plan, 1).get(0))
        .as("l2-sp pulls from the start")
        .isNotEqualTo(ids(plan, 0).get(0));
    assertThat(ids(plan, 2).get(0))
        .as("ewc waits for a finished task")
        .isEqualTo(ids(plan, 0).get(0));
    assertThat(ids(plan, 2).get(1)).isNotEqualTo(ids(plan, 0).get(1));
  }

  @Test
  void rows_of_scores_are_shared_until_a_merger_acts() {
    Plan plan =
        plan(
            "axes: {optimizer: [adamw], merger: [wise-ft(alpha=0.2), wise-ft(alpha=0.4)]}"
                + "\nseeds: [1]");
    Stages stages = Stages.of(plan, true);
    SortedMap<Integer, Boolean> same = new TreeMap<>();
    for (int task = -1; task < 3; task++) {
      same.put(
          task,
          stages.row(plan.cells().get(0), task).equals(stages.row(plan.cells().get(1), task)));
    }
    assertThat(same).isEqualTo(Map.of(-1, true, 0, true, 1, true, 2, false));
  }

  @Test
  void a_merger_at_the_end_adds_the_row_of_the_training_that_other_mergers_share() {
    Plan plan =
        plan(
            "axes: {optimizer: [adamw], merger: [none, wise-ft(alpha=0.2), wise-ft(alpha=0.4)]}"
                + "\nseeds: [1]");
    Stages stages = Stages.of(plan, true);
    List<String> plain = stages.rows(plan.cells().get(0));
    List<String> merged = stages.rows(plan.cells().get(1));
    assertThat(plain).as("before training, and after each of three tasks").hasSize(4);
    assertThat(merged).hasSize(5);
    assertThat(merged.get(4)).as("the last one, not merged").isEqualTo(plain.get(3));
    assertThat(merged.get(3)).isNotEqualTo(plain.get(3));
    assertThat(stages.rows(plan.cells().get(2)).get(4)).isEqualTo(plain.get(3));
  }

  @Test
  void a_plan_with_a_merger_at_the_end_claims_what_every_recipe_has() {
    String merged = "axes: {optimizer: [adamw], merger: [none, wise-ft]}\nseeds: [1]";
    assertThat(plan(merged).content().analysisSettings().primary())
        .containsExactly("average-score");
    assertThat(
            plan(merged + "\nanalysis: {primary: [forgetting], margin: 0.1}")
                .content()
                .analysisSettings()
                .primary())
        .as("unless the file says otherwise")
        .containsExactly("forgetting");
    assertThat(
            plan("axes: {optimizer: [adamw], merger: [none, wise-ft(when=each-task)]}"
                    + "\nseeds: [1]\nanalysis: {margin: 0.1}")
                .content()
                .analysis())
        .as("a merger after each task has forgetting")
        .isEqualTo(new GridPlan.Declared(List.of(), 0.1));
  }
}
