package io.github.palimpsest.results.folder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationsTest {
  private static Evaluations of(double... losses) {
    Evaluations all = Evaluations.NONE;
    for (int i = 0; i < losses.length; i++) {
      all = all.plus(10L * i, losses[i]);
    }
    return all;
  }

  @Test
  void the_best_is_the_first_of_the_lowest() {
    assertThat(of().best()).isEmpty();
    assertThat(of(3, 1, 2, 1).best().orElseThrow().step()).isEqualTo(10);
    assertThat(of(3, 1, 2, 0.5).upTo(20).best().orElseThrow().step()).isEqualTo(10);
  }

  @Test
  void patience_counts_from_the_last_decrease_by_more_than_the_least() {
    assertThat(of(2).sinceImprovement(0)).as("the first one").isZero();
    assertThat(of(2, 2, 2).sinceImprovement(0)).as("equal is no improvement").isEqualTo(2);
    assertThat(of(2, 1.9, 1.8).sinceImprovement(0)).isZero();
    assertThat(of(2, 1.75, 1.5).sinceImprovement(0.25)).as("0.25, then 0.5 in all").isZero();
    assertThat(of(2, 1.75).sinceImprovement(0.25)).as("exactly the least").isEqualTo(1);
  }

  @Test
  void inputs_that_differ_are_named_and_hashes_are_not_shown() {
    TrainingInputs before = new TrainingInputs(Map.of("data", "0a".repeat(32), "seed", "1"));
    TrainingInputs after =
        new TrainingInputs(Map.of("data", "0b".repeat(32), "seed", "2", "new", "x"));
    assertThat(before.changed(before)).isEmpty();
    assertThat(before.changed(after))
        .containsExactly(
            "the content of 'data' differs", "'new' was nothing and is x", "'seed' was 1 and is 2");
  }

  @Test
  void a_file_of_an_earlier_version_names_the_version_of_tensorflow_for_java_as_now()
      throws JsonProcessingException {
    TrainingInputs read =
        Json.read("{\"inputs\": {\"tensorflow\": \"1.1.0\"}}", TrainingInputs.class);
    assertThat(read.inputs()).containsExactly(Map.entry("tensorflow-java", "1.1.0"));
    Timing timing = Json.read("{\"tensorflow\": \"1.1.0\"}", Timing.class);
    assertThat(timing.tensorflowJava()).isEqualTo("1.1.0");
    assertThat(timing.tensorflowRuntime()).isNull();
  }

  @Test
  void a_log_of_losses_and_norms_goes_on_where_it_was_flushed(@TempDir Path folder) {
    try (LossLog log = new LossLog(folder, 0, true)) {
      log.step(1, 3, 0.5, OptionalDouble.of(2));
      log.step(2, 3, 0.25, OptionalDouble.empty());
      log.flush();
    }
    try (LossLog log = new LossLog(folder, 0, true)) {
      log.step(3, 3, 0.125, OptionalDouble.of(1.5));
    }
    assertThat(folder.resolve(LossLog.FILE))
        .hasContent("step,loss,gradient_norm\n1,0.5,2.0\n2,0.25,\n3,0.125,1.5\n");
    assertThat(LossLog.read(folder.resolve(LossLog.FILE)))
        .extracting(LossLog.Row::loss)
        .containsExactly(0.5, 0.25, 0.125);
  }
}
