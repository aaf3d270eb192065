package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.plan.Stages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other code that decides numbers, and every id is another. */
class CodeInIdsTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final Experiment EXPERIMENT =
      ExperimentFile.parse(
          "code.yaml",
          """
          name: code
          model: quickstart
          seeds: [1]
          tasks:
            - {name: facts, data: "quickstart:facts"}
            - {name: sorting, data: "quickstart:sorting"}
          training: {epochs: 1, batch: 4}
          axes: {optimizer: [sgd]}
          """,
          Path.of("."),
          Map.of());

  @ParameterizedTest
  @ValueSource(strings = {"code.api", "code.decoder", "code.engine", "code.experiment", "code.llm"})
  void other_code_gives_another_cell_and_other_stages_and_rows(String name) {
    TreeMap<String, String> shared = new TreeMap<>(SharedInputs.of(EXPERIMENT, REGISTRY));
    List<String> before = ids(shared);
    assertThat(shared.put(name, "other")).isNotNull();
    assertThat(ids(shared)).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
  }

  @ParameterizedTest
  @CsvSource({"training.max-length, 7", "evaluation-batch, 7"})
  void what_the_scores_of_the_pretrained_weights_depend_on_is_in_their_row(
      String name, String value) {
    TreeMap<String, String> shared = new TreeMap<>(SharedInputs.of(EXPERIMENT, REGISTRY));
    String before = base(shared);
    assertThat(shared.put(name, value)).isNotNull().isNotEqualTo(value);
    assertThat(base(shared)).isNotEqualTo(before);
  }

  private static String base(SortedMap<String, String> shared) {
    Plan plan = Plan.of(EXPERIMENT, REGISTRY, shared);
    return Stages.of(plan, true).row(plan.cells().get(0), -1);
  }

  /** A cell's id, those of its two stages, and those of its three rows. */
  private static List<String> ids(SortedMap<String, String> shared) {
    Plan plan = Plan.of(EXPERIMENT, REGISTRY, shared);
    Stages stages = Stages.of(plan, true);
    var cell = plan.cells().get(0);
    return List.of(
        cell.id(),
        stages.of(cell).get(0).id(),
        stages.of(cell).get(1).id(),
        stages.row(cell, -1),
        stages.row(cell, 0),
        stages.row(cell, 1));
  }
}
