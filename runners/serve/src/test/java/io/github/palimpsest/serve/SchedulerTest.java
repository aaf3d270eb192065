package io.github.palimpsest.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.decoder.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class SchedulerTest {
  @TempDir Path temp;

  private static Job job(ServedModel model, int newTokens, Consumer<String> pieces, int... prompt) {
    Wish wish =
        new Wish(
            newTokens,
            Sampling.GREEDY,
            OptionalLong.of(1),
            List.of(),
            0,
            false,
            false,
            true,
            false);
    return new Job(model, prompt, wish, 0, false, pieces);
  }

  private static String alone(ServedModel model, int newTokens, int... prompt) {
    Job job = job(model, newTokens, text -> {}, prompt);
    Scheduler scheduler = new Scheduler(1, new Metrics());
    scheduler.submit(List.of(job));
    scheduler.start();
    scheduler.close();
    return job.done().join().text();
  }

  @Test
  void a_prompt_joins_a_generation_that_runs_and_both_answers_are_as_if_alone() throws IOException {
    try (ServedModel model = TinyModel.of(temp)) {
      Metrics metrics = new Metrics();
      Scheduler scheduler = new Scheduler(4, metrics);
      List<String> order = new ArrayList<>();
      Job second = job(model, 2, text -> order.add("second"), 0, 6);
      Job first =
          job(
              model,
              10,
              text -> {
                if (order.isEmpty()) {
                  scheduler.submit(List.of(second));
                }
                order.add("first");
              },
              0,
              5,
              7);
      scheduler.submit(List.of(first));
      scheduler.start();
      second.done().join();
      first.done().join();
      scheduler.close();
      assertThat(first.text()).isEqualTo(alone(model, 10, 0, 5, 7));
      assertThat(second.text()).isEqualTo(alone(model, 2, 0, 6));
      assertThat(order.lastIndexOf("second")).isLessThan(order.lastIndexOf("first"));
      // reading each prompt is a batch, and so is each step: 9 of the first, 1 of both
      assertThat(metrics.text(0))
          .contains("palimpsest_batches_total 11\n", "palimpsest_batch_prompts_total 12\n");
    }
  }

  @Test
  void a_job_that_nobody_waits_for_ends_and_the_others_go_on() throws IOException {
    try (ServedModel model = TinyModel.of(temp)) {
      Scheduler scheduler = new Scheduler(4, new Metrics());
      List<Job> both = new ArrayList<>();
      both.add(job(model, 10, text -> both.get(0).cancel(), 0, 5, 7));
      both.add(job(model, 4, text -> {}, 0, 6));
      scheduler.submit(both);
      scheduler.start();
      scheduler.close();
      assertThat(both.get(0).added()).as("the one before it was cancelled").hasSize(1);
      assertThat(both.get(1).done().join().text()).isEqualTo(alone(model, 4, 0, 6));
    }
  }
}
