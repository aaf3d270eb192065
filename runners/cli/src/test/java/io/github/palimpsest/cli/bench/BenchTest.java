package io.github.palimpsest.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.cli.Command;
import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class BenchTest {
  @TempDir Path temp;

  @Test
  void a_timed_step_says_what_was_timed_and_what_it_cost() throws IOException {
    JsonNode measured =
        new ObjectMapper()
            .readTree(
                Command.run(
                        "bench",
                        "step",
                        "--shape",
                        "S",
                        "--optimizer",
                        "sam",
                        "--steps",
                        "1",
                        "--json")
                    .ok()
                    .out());
    int kernels = 5 * (64 * 64 + 64 * 32 + 64 * 32 + 64 * 64 + 3 * 64 * 172);
    int norms = 11 * 64;
    assertThat(measured.path("trainable").asInt()).isEqualTo(512 * 64 + kernels + norms);
    assertThat(measured.path("slot_floats").asInt())
        .as("two moments of adamw, which sam wraps")
        .isEqualTo(2 * measured.path("trainable").asInt());
    assertThat(measured.path("passes_per_step").asDouble()).isEqualTo(2);
    for (String key :
        List.of(
            "median_ms",
            "min_ms",
            "cpu_ms",
            "first_step_ms",
            "start_to_first_step_s",
            "peak_rss_gb",
            "gemm_2048_gflops")) {
      assertThat(measured.path(key).asDouble()).as(key).isPositive();
    }
  }

  @Test
  void coverage_of_probes_names_each_scenario_and_what_it_found() throws IOException {
    JsonNode probes =
        new ObjectMapper()
            .readTree(
                Command.run("bench", "coverage", "--probes", "--simulations", 2, "--json")
                    .ok()
                    .out())
            .path("probes");
    assertThat(probes).as("8 scenarios, 5 shapes of a grid").hasSize(8 * 5);
    assertThat(probes).filteredOn(p -> p.path("associated").asBoolean()).hasSize(5);
    assertThat(probes)
        .allSatisfy(
            p ->
                assertThat(p.path("recipes").asInt() * p.path("seeds").asInt())
                    .isGreaterThanOrEqualTo(20));
    Command nothing = Command.run("bench", "coverage");
    assertThat(nothing.code()).isEqualTo(ExitCode.USAGE);
    assertThat(nothing.err()).contains("name an output folder, or give --scenarios or --probes");
  }

  @Test
  void steps_of_several_phases_count_by_their_share_of_all_steps() {
    StepTimes times = new StepTimes();
    for (int step = 0; step < 10; step++) {
      boolean costly = step % 5 == 0;
      double outlier = step == 7 ? 1000 : 0;
      times.add(new StepTimes.Step(costly ? 0 : 1, (costly ? 20 : 10) + outlier, 1 + step));
    }
    // 2 of 10 steps take 20 ms, the median of the others is 10 whatever one of them took
    assertThat(times.wallMillis()).isCloseTo(0.2 * 20 + 0.8 * 10, within(1e-12));
    // the steps after the first four: 5 is costly; 4, 6, 7, 8 and 9 are not
    assertThat(times.processorMillis())
        .isCloseTo(0.2 * 6 + 0.8 * (5 + 7 + 8 + 9 + 10) / 5, within(1e-12));
    assertThat(times.firstMillis()).isEqualTo(20);
    assertThat(times.minMillis()).isEqualTo(10);
  }

  @Test
  void growth_that_is_a_power_of_the_size_is_that_power() {
    Growth square = new Growth("width", List.of(2, 4, 8), List.of(12.0, 48.0, 192.0));
    assertThat(square.exponent()).isCloseTo(2, within(1e-12));
    assertThat(square.text()).contains("width", "exponent 2.00", "8: 192.0 ms");
    assertThat(square.json().path("median_ms").path(1).asDouble()).isEqualTo(48);
  }

  @Test
  void an_unknown_shape_is_refused_with_those_that_there_are() {
    Command refused = Command.run("bench", "growth", "--shape", "XS");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("'XS' is not one of S, M, L and XL");
  }

  @Test
  void a_slower_result_beyond_the_margin_fails_and_one_within_it_does_not() throws IOException {
    Path before = Files.writeString(temp.resolve("before"), line(100));
    Path within = Files.writeString(temp.resolve("within"), line(109));
    Path beyond = Files.writeString(temp.resolve("beyond"), line(111));
    assertThat(Command.run("bench", "regress", before, within).ok().out()).startsWith("ok");
    Command failed = Command.run("bench", "regress", before, beyond);
    assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.out()).isEqualToIgnoringNewLines("SLOWER   1.110  S adamw");
  }

  @Test
  void several_lines_of_a_case_count_with_their_median() throws IOException {
    Path before = Files.writeString(temp.resolve("before"), line(100) + line(300) + line(110));
    Path after = Files.writeString(temp.resolve("after"), line(99) + line(143));
    // (99 + 143) / 2 = 121, and 121 / 110 = 1.1
    assertThat(Command.run("bench", "regress", before, after, "--margin", "0.11").ok().out())
        .isEqualToIgnoringNewLines("ok       1.100  S adamw");
  }

  @Test
  void a_ratio_to_another_program_is_compared_with_that_on_the_same_kind_of_processor()
      throws IOException {
    Path before =
        Files.writeString(
            temp.resolve("before"),
            ratios("avx512", 0.8, 0.4, 0.5) + ratios("avx2", 0.4, 0.4, 0.5));
    Path after = Files.writeString(temp.resolve("after"), ratios("avx512", 0.84, 0.5, 0.6));
    Command failed = Command.run("bench", "regress", before, after);
    assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
    String name = "S adamw, LoRA of rank 8 against torch on avx512, 2 threads, float32: ";
    assertThat(failed.out().lines())
        .containsExactly(
            "LARGER   1.200  " + name + "memory", // 0.6 / 0.5
            "SLOWER   1.250  " + name + "start to first step", // 0.5 / 0.4
            "ok       1.050  " + name + "step", // 0.84 / 0.8
            "3 of 6 measurements in '" + before + "' were not repeated");
    Path other = Files.writeString(temp.resolve("other"), ratios("aarch64", 0.8, 0.4, 0.5));
    assertThat(Command.run("bench", "regress", before, other).err())
        .contains("have no measurement in common");
  }

  @Test
  void another_number_of_towers_is_another_case() throws IOException {
    Path one = Files.writeString(temp.resolve("one"), line(100));
    String two = line(70).replace("}", ",\"towers\":2}");
    Path both = Files.writeString(temp.resolve("both"), line(101) + two);
    assertThat(Command.run("bench", "regress", one, both).ok().out().lines())
        .containsExactly("ok       1.010  S adamw", "new      S adamw, 2 towers");
  }

  @Test
  void a_line_without_a_measurement_is_refused_with_its_place() throws IOException {
    Path lines = Files.writeString(temp.resolve("lines"), line(100) + "{\"shape\":\"S\"}\n");
    assertThat(Command.run("bench", "regress", lines, lines).err())
        .contains(lines + ":2: no 'shape' and 'recipe' with a number 'median_ms'");
  }

  private static String ratios(String processor, double step, double first, double memory) {
    return "{\"shape\":\"S\",\"recipe\":\"adamw\",\"lora\":8,\"against\":\"torch\",\"processor\":\""
        + processor
        + "\",\"threads\":2,\"products\":\"float32\",\"step_ratio\":"
        + step
        + ",\"first_step_ratio\":"
        + first
        + ",\"memory_ratio\":"
        + memory
        + "}\n";
  }

  private static String line(double millis) {
    return "{\"shape\":\"S\",\"recipe\":\"adamw\",\"median_ms\":" + millis + "}\n";
  }
}
