package io.github.palimpsest.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementsTest {
  @TempDir Path folder;

  private Measurements read() throws IOException {
    Path times = folder.resolve("times.json");
    Files.writeString(
        times, "[{\"id\": \"sam\", \"base\": \"adamw\", \"processor_ratio\": 1.9, \"n\": 1}]");
    return Measurements.read(folder, times);
  }

  private void grid(String name, String... cells) throws IOException {
    Files.writeString(folder.resolve(name + ".json"), "[" + String.join(",", cells) + "]");
  }

  private static String cell(String label, int seed, String learned, String forgetting) {
    return ("{\"label\": \"%s\", \"seed\": %d, \"learned\": %s, \"forgetting\": %s,"
            + " \"first_task\": 2.5, \"last_task\": 0.5}")
        .formatted(label, seed, learned, forgetting);
  }

  @Test
  void a_technique_is_what_a_recipe_has_in_addition_to_its_base() {
    assertThat(Measurements.technique("adamw")).isEqualTo("adamw");
    assertThat(Measurements.technique("sparse(tasks=first)")).isEqualTo("sparse");
    assertThat(Measurements.technique("adamw + lora(rank=4)")).isEqualTo("lora");
    assertThat(Measurements.technique("adamw + lora + o-lora")).isEqualTo("o-lora");
    assertThat(Measurements.technique("flat-lora + lora")).isEqualTo("flat-lora");
    assertThat(Measurements.technique("adamw | wise-ft(from=previous)")).isEqualTo("wise-ft");
  }

  @Test
  void what_needs_lora_is_compared_with_the_lora_of_its_grid() throws IOException {
    grid("strategies", cell("adamw", 1, "0.1", "3"), cell("adamw + lora", 1, "0.2", "1"));
    grid(
        "lora",
        cell("adamw + lora(merge-after-task=true)", 1, "0.2", "2"),
        cell("adamw + lora(merge-after-task=true) + o-lora", 1, "0.2", "1.5"));
    Measurements measured = read();
    assertThat(measured.comparisons("o-lora"))
        .extracting(Comparison::base)
        .containsOnly("adamw + lora(merge-after-task=true)");
    assertThat(measured.comparisons("lora")).extracting(Comparison::base).containsOnly("adamw");
    assertThat(measured.comparisons("adamw")).isEmpty();
  }

  @Test
  void a_merger_at_the_end_is_compared_by_its_losses_at_the_end() throws IOException {
    grid("strategies", cell("adamw", 1, "0.1", "3"), cell("adamw | soup", 1, "null", "null"));
    Measurements measured = read();
    assertThat(measured.actsAtTheEnd("soup")).isTrue();
    assertThat(measured.actsAtTheEnd("adamw")).isFalse();
    assertThat(measured.comparisons("soup"))
        .extracting(Comparison::quantity)
        .containsExactly("loss of the first task at the end", "loss of the last task at the end");
    assertThat(measured.figure("soup").orElseThrow().panels())
        .extracting(Figure.Panel::title)
        .startsWith("Loss of the first task at the end, nats (less is better)");
  }

  @Test
  void a_technique_in_no_grid_has_a_figure_of_its_times_alone() throws IOException {
    Measurements measured = read();
    assertThat(measured.label("sam")).isEmpty();
    assertThat(measured.figure("sam").orElseThrow().panels())
        .extracting(Figure.Panel::title)
        .containsExactly("Processor time of a step, relative to adamw");
    assertThat(measured.figure("ewc")).isEmpty();
    assertThat(measured.comparisons()).isZero();
  }
}
