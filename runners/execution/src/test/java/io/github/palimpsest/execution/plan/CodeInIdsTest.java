package io.github.palimpsest.execution.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.plan.Stages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other code that decides numbers, and every id is another. */
class CodeInIdsTest {
  @TempDir Path temp;

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
  @ValueSource(
      strings = {
        "code.api",
        "code.classifier",
        "code.decoder",
        "code.engine",
        "code.experiment",
        "code.llm"
      })
  void other_code_gives_another_cell_and_other_stages_and_rows(String name) {
    TreeMap<String, String> shared = new TreeMap<>(SharedInputs.of(EXPERIMENT, REGISTRY));
    List<String> before = ids(shared);
    assertThat(shared.put(name, "other")).isNotNull();
    assertThat(ids(shared)).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
  }

  @Test
  void the_layout_over_devices_is_in_no_id_but_their_kind_is() {
    SortedMap<String, String> one = SharedInputs.of(EXPERIMENT, REGISTRY);
    assertThat(SharedInputs.of(EXPERIMENT.on(Device.parse("cpu:0-1")), REGISTRY)).isEqualTo(one);
    SortedMap<String, String> gpu = SharedInputs.of(EXPERIMENT.on(Device.parse("gpu:0")), REGISTRY);
    assertThat(gpu).isNotEqualTo(one);
    assertThat(SharedInputs.of(EXPERIMENT.on(Device.parse("gpu:0,2")), REGISTRY)).isEqualTo(gpu);
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

  @Test
  void the_jar_of_the_family_that_reads_the_model_is_an_input() throws IOException {
    Files.createDirectory(temp.resolve("model"));
    Files.writeString(temp.resolve("model/config.json"), "{\"model_type\": \"strange\"}");
    Files.writeString(
        temp.resolve("data.jsonl"),
        "{\"prompt\": \"a\", \"response\": \"b\"}\n{\"prompt\": \"c\", \"response\": \"d\"}\n");
    Experiment experiment =
        ExperimentFile.parse(
            "family.yaml",
            """
            name: family
            model: model
            seeds: [1]
            tasks:
              - {name: one, data: data.jsonl, format: prompts, held-out: 1}
            axes: {optimizer: [sgd]}
            """,
            temp,
            Map.of());
    Path jar = Files.writeString(temp.resolve("strange.jar"), "the code");
    ModelFamilyProvider provider =
        ModelFamilyProvider.of("acme.strange", "strange", "decoders", "x += f(x)")
            .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, "nowhere"))
            .creates(
                settings -> {
                  throw new IllegalStateException("a hash creates nothing");
                });
    List<Registered> all = new ArrayList<>(REGISTRY.all());
    all.add(new Registered(provider, new PluginOrigin("acme", "1.0", jar)));
    PluginRegistry registry = new PluginRegistry(all);

    String before = SharedInputs.of(experiment, registry).get(SharedInputs.FAMILY);
    Files.writeString(jar, "other code");
    assertThat(SharedInputs.of(experiment, registry).get(SharedInputs.FAMILY))
        .isNotNull()
        .isNotEqualTo(before);
    assertThat(before).isNotNull();
    assertThatThrownBy(() -> SharedInputs.of(experiment, REGISTRY))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("config.json: no plugin here reads model_type 'strange'; known: ");
  }

  @Test
  void another_family_gives_another_cell_and_other_stages_and_rows() {
    TreeMap<String, String> shared = new TreeMap<>(SharedInputs.of(EXPERIMENT, REGISTRY));
    assertThat(shared).as("the generated model has no family").doesNotContainKey("code.family");
    shared.put("code.family", "one");
    List<String> before = ids(shared);
    shared.put("code.family", "other");
    assertThat(ids(shared)).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
  }
}
