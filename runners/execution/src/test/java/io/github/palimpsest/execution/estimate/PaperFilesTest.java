package io.github.palimpsest.execution.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.execution.memory.DeviceMemory;
import io.github.palimpsest.execution.memory.MemoryEstimate;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.llm.quickstart.Quickstart;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The experiment files of {@code runners/examples/paper}. */
class PaperFilesTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final Path EXAMPLES = Path.of("../examples/paper");
  private static final double GIB = 1 << 30;

  private static Experiment read(String file) {
    return ExperimentFile.read(EXAMPLES.resolve(file + ".yaml"), Map.of());
  }

  private static GridEstimate estimate(String file) {
    return GridEstimate.of(read(file), REGISTRY, OptionalInt.empty());
  }

  private static Cell cell(GridEstimate estimate, String optimizer, boolean rehearsal) {
    return estimate.plan().cells().stream()
        .filter(c -> c.recipe().optimizer().id().value().equals(optimizer))
        .filter(c -> c.recipe().rehearsal().isPresent() == rehearsal)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    // embedding and head 2 V d, layers (2 + 2 kv / heads) d d + 3 d f + 2 d, and the last norm d
    "llama-2-7b, 6738415616",
    "llama-2-13b, 13015864320",
    "tinyllama, 1100048384"
  })
  void a_second_stage_is_adamw_for_two_epochs_and_sam_for_one_with_two_remedies(
      String file, long parameters) {
    GridEstimate estimate = estimate(file);
    assertThat(estimate.parameters()).isEqualTo(parameters);
    assertThat(estimate.plan().cells()).as("2 x (plain, rehearsal, Wise-FT) x 3 seeds").hasSize(18);
    assertThat(estimate.stages().all()).as("Wise-FT trains nothing: 2 x 2 x 3").hasSize(12);
    long epoch = (24826 + 127) / 128;
    assertThat(estimate.steps(estimate.stages().of(cell(estimate, "adamw", false))))
        .isEqualTo(2 * epoch);
    assertThat(estimate.steps(estimate.stages().of(cell(estimate, "sam", false)))).isEqualTo(epoch);
    assertThat(estimate.passes(estimate.stages().of(cell(estimate, "sam", false))))
        .as("equal compute")
        .isEqualTo(2.0 * epoch);
    assertThat(estimate.passes(estimate.stages().of(cell(estimate, "adamw", true))))
        .as("with rehearsal too, within a step of 1.1 passes")
        .isBetween(2.0 * epoch - 1.1, 2.0 * epoch);
    Set<String> categories =
        read(file).evaluation().stream().map(e -> e.name()).collect(Collectors.toSet());
    assertThat(categories).isEqualTo(Set.of("knowledge", "understanding", "reasoning", "exams"));
  }

  @Test
  void the_first_stage_is_alpaca_for_three_epochs() {
    GridEstimate estimate = estimate("alpaca");
    assertThat(estimate.plan().cells()).hasSize(1);
    assertThat(estimate.steps(estimate.stages().all())).isEqualTo(3 * ((51902 + 127) / 128));
    assertThat(estimate.parameters()).isEqualTo(6738415616L);
  }

  @Test
  void the_operations_of_a_pass_follow_from_the_shape() {
    GridEstimate estimate = estimate("llama-2-7b");
    double kernels = 6738415616.0 - 32000.0 * 4096;
    double once = 2 * kernels + 4.0 * 32 * 4096 * 2048;
    // forward, forward again because layers are recomputed, and backward as two
    assertThat(estimate.operationsPerToken()).isCloseTo(4 * once, within(1.0));
    double passes = estimate.passes(estimate.stages().all());
    assertThat(estimate.operations(estimate.stages().all()))
        .isCloseTo(passes * 128 * 2048 * 4 * once, within(1e9));
  }

  @Test
  void a_model_on_one_device_needs_its_whole_memory() {
    GridEstimate estimate = estimate("tinyllama");
    Recipe recipe = cell(estimate, "adamw", false).recipe();
    MemoryEstimate memory = estimate.memory(recipe);
    List<DeviceMemory> one = estimate.devices(recipe, 1000 * GIB).orElseThrow();
    assertThat(one).extracting(DeviceMemory::count).isEqualTo(List.of(22));
    assertThat((double) one.get(0).bytes())
        .isCloseTo(memory.bytes(), within(0.001 * memory.bytes()));
  }

  @Test
  void more_devices_hold_all_layers_within_the_size_and_fewer_do_not() {
    GridEstimate estimate = estimate("llama-2-13b");
    Recipe recipe = cell(estimate, "sam", false).recipe();
    MemoryEstimate memory = estimate.memory(recipe);
    List<DeviceMemory> each = estimate.devices(recipe, 80 * GIB).orElseThrow();
    assertThat(each.stream().mapToInt(DeviceMemory::count).sum()).isEqualTo(40);
    assertThat((double) each.stream().mapToLong(DeviceMemory::bytes).max().orElseThrow())
        .isBetween(memory.bytes() / (double) each.size(), 80 * GIB);
    assertThat((each.size() - 1) * 80 * GIB)
        .as("one device fewer is too small even for the sum")
        .isLessThan(memory.bytes());
    assertThat(estimate.devices(recipe, GIB)).as("a layer needs more").isEmpty();
  }

  @Test
  void a_task_without_a_number_of_examples_has_no_estimate() {
    String text =
        """
        model: llama-2-7b
        tasks: [{name: a, data: a.jsonl, format: instructions, held-out: 1}]
        axes: {optimizer: adamw}
        seeds: [1]
        """;
    Experiment e = ExperimentFile.parse("a.yaml", text, EXAMPLES.toAbsolutePath(), Map.of());
    assertThatThrownBy(() -> GridEstimate.of(e, REGISTRY, OptionalInt.empty()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("a.yaml:2:")
        .hasMessageContaining("'examples: N'");
  }

  @Test
  void a_classifier_has_no_estimate_and_the_quickstart_has_one() {
    assertThat(
            GridEstimate.of(
                    ExperimentFile.read(Path.of("quickstart"), Map.of()),
                    REGISTRY,
                    OptionalInt.empty())
                .parameters())
        .isEqualTo(
            new Quickstart(0).model().parameters().stream().mapToLong(p -> p.shape().size()).sum());
    String text =
        """
        model: {classifier: mlp, width: 8}
        tasks: [{name: a, data: a.jsonl, limit: 9, held-out: 1, measure: accuracy}]
        axes: {optimizer: adamw}
        seeds: [1]
        """;
    Experiment e = ExperimentFile.parse("a.yaml", text, EXAMPLES.toAbsolutePath(), Map.of());
    assertThatThrownBy(() -> GridEstimate.of(e, REGISTRY, OptionalInt.empty()))
        .hasMessageContaining("config.json");
  }

  @Test
  void examples_longer_than_the_limit_are_refused() {
    assertThatThrownBy(() -> GridEstimate.of(read("tinyllama"), REGISTRY, OptionalInt.of(2049)))
        .hasMessageContaining("2049 tokens")
        .hasMessageContaining("2048");
    assertThat(
            Stream.of(1024, 2048)
                .map(n -> GridEstimate.of(read("tinyllama"), REGISTRY, OptionalInt.of(n)).tokens())
                .toList())
        .isEqualTo(List.of(1024, 2048));
  }
}
