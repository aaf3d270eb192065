package io.github.palimpsest.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private final StringWriter err = new StringWriter();

  private List<String> lines(boolean quiet, long every, long total) {
    try (TrainingProgress progress =
        TrainingProgress.on(new PrintWriter(err, true), quiet, every)) {
      for (long step = 1; step <= total; step++) {
        OptionalDouble norm = step == 1 ? OptionalDouble.empty() : OptionalDouble.of(2.5);
        progress.step(
            new TrainingProgress.Step(step, total, 0.5, OptionalDouble.of(1e-4), norm, 10));
        if (step == 2) {
          progress.evaluated(step, total, 1.25, "; the lowest so far", 1);
        }
      }
    }
    return err.toString().lines().toList();
  }

  @Test
  void without_a_terminal_the_first_the_last_and_every_few_steps_have_a_line() {
    List<String> lines = lines(false, 3, 7);
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).isEqualTo("step 1 of 7, loss 0.5000, learning rate 0.000100");
    assertThat(lines.get(1)).isEqualTo("step 2 of 7, held-out loss 1.2500; the lowest so far");
    assertThat(lines.get(2))
        .matches(
            "step 3 of 7, loss 0.5000, learning rate 0.000100, gradient norm 2.50, \\d+ tokens/s,"
                + " about \\d+:\\d\\d:\\d\\d left");
    assertThat(lines.get(3)).startsWith("step 6 of 7");
    assertThat(lines.get(4)).startsWith("step 7 of 7").endsWith("tokens/s");
  }

  @Test
  void without_a_number_a_20th_of_all_steps_is_between_two_lines() {
    assertThat(lines(false, 0, 100))
        .as("step 1, every fifth step, and the evaluation")
        .hasSize(1 + 20 + 1);
  }

  @Test
  void quiet_shows_neither_steps_nor_evaluations() {
    assertThat(lines(true, 0, 5)).isEmpty();
  }
}
