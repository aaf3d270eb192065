package io.github.palimpsest.results.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.storage.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RunNoteTest {
  private static final RunWorker ELSEWHERE =
      RunWorker.of("0123456789abcdef", new Host("there", "another system"), Duration.ofSeconds(9));

  @Test
  void steps_are_those_of_the_task_that_is_trained_and_named() {
    RunNote begun = RunNote.of(ELSEWHERE, Instant.EPOCH).begin("c", "sgd", 7);
    String process = begun.process();
    RunNote first = begun.train("s1", 1, "facts").at(400, 400, OptionalDouble.of(12));
    assertThat(first.words("label"))
        .isEqualTo(
            process + ": training task 1 'facts', seed 7, step 400 of 400, 12 tokens/s, label");
    RunNote second = first.train("s2", 2, "sorting");
    assertThat(second.words("label"))
        .as("no step of the second task is done")
        .isEqualTo(process + ": training task 2 'sorting', seed 7, label");
    assertThat(second.at(1, 300, OptionalDouble.empty()).words("label"))
        .isEqualTo(process + ": training task 2 'sorting', seed 7, step 1 of 300, label");
    assertThat(first.doing("scoring after facts").words("label"))
        .as("outside training there are no steps")
        .isEqualTo(process + ": scoring after facts, seed 7, label");
  }
}
