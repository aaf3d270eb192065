package com.acme.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.library.ExperimentResults;
import io.github.palimpsest.execution.library.RecipeResult;
import io.github.palimpsest.execution.library.Unfinished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the page about embedding does what the page says. */
@Tag("native")
class TuningServiceTest {
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final String PLAIN = "acme.descent(lr=0.1)";
  private static final String ANCHORED = "acme.descent(lr=0.1) + acme.anchor(lambda=1)";

  @TempDir Path temp;

  /** Counts steps, and does something after one of them. */
  private static final class After implements Progress {
    private final int last;
    private final Runnable action;
    private boolean cancelled;
    private int steps;

    After(int last, Runnable action) {
      this.last = last;
      this.action = action;
    }

    static After never() {
      return new After(0, () -> {});
    }

    static After cancelling(int last) {
      After after = new After(last, () -> {});
      after.cancelled = true;
      return after;
    }

    @Override
    public void trained(String task, long step, long all) {
      steps++;
      if (steps == last) {
        action.run();
      }
    }

    @Override
    public boolean cancelled() {
      return cancelled && steps >= last;
    }
  }

  private ExperimentResults train(Progress progress) {
    return service().train(folder(), progress);
  }

  private TuningService service() {
    return new TuningService(temp);
  }

  private Path folder() {
    return temp.resolve("nightly");
  }

  @Test
  void components_of_the_program_are_trained_and_the_best_model_is_saved() {
    ExperimentResults results = train(After.never());

    assertThat(results.failures()).isEmpty();
    assertThat(results.unfinished()).isEmpty();
    assertThat(results.all())
        .extracting(r -> r.recipe() + " " + r.seed())
        .containsExactly(PLAIN + " 1", PLAIN + " 2", ANCHORED + " 1", ANCHORED + " 2");
    assertThat(results.all())
        .allSatisfy(
            r ->
                assertThat(r.metric("acme.lost-ground"))
                    .isEqualTo(r.scores().after()[1][0] - r.scores().after()[0][0]));
    assertThat(results.of(ANCHORED, 1).metric("forgetting"))
        .as("anchored weights move less")
        .isLessThan(results.of(PLAIN, 1).metric("forgetting"));

    Path model = temp.resolve("model");
    RecipeResult best = service().saveBest(results, folder(), model);
    assertThat(best.recipe()).isEqualTo(ANCHORED);
    assertThat(model.resolve("model.safetensors")).isNotEmptyFile();
    assertThatThrownBy(() -> service().saveBest(results, folder(), model))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(model.toString());
  }

  @Test
  void a_cancelled_run_says_what_is_unfinished_and_goes_on_later() {
    ExperimentResults stopped = train(After.cancelling(3));
    assertThat(stopped.all()).isEmpty();
    assertThat(stopped.unfinished())
        .containsExactly(
            new Unfinished(PLAIN, 1),
            new Unfinished(PLAIN, 2),
            new Unfinished(ANCHORED, 1),
            new Unfinished(ANCHORED, 2));
    assertThatThrownBy(() -> stopped.of(PLAIN, 1))
        .hasMessageContaining("not finished are ['" + PLAIN + "' with 1");

    After rest = After.never();
    assertThat(train(rest).all()).hasSize(4);
    assertThat(rest.steps)
        .as("two seeds of 20 + 20 steps, 20 more of each for the other recipe, less 3")
        .isEqualTo(2 * (20 + 20 + 20) - 3);
  }

  @Test
  void an_interrupted_thread_stops_its_run_and_stays_interrupted() {
    ExperimentResults stopped = train(new After(3, () -> Thread.currentThread().interrupt()));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(stopped.all()).isEmpty();
    assertThat(stopped.unfinished()).hasSize(4);
    After rest = After.never();
    assertThat(train(rest).all()).hasSize(4);
    assertThat(rest.steps).isEqualTo(2 * (20 + 20 + 20) - 3);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void what_a_listener_throws_is_thrown_and_no_failure_of_a_recipe() {
    IllegalStateException closed = new IllegalStateException("the window is closed");
    After throwing =
        new After(
            3,
            () -> {
              throw closed;
            });
    assertThatThrownBy(() -> train(throwing)).isSameAs(closed);
    assertThat(throwing.steps).as("nothing is told after it").isEqualTo(3);
    assertThat(train(After.never()).failures()).isEmpty();
  }

  @Test
  void two_trainings_at_a_time_give_the_bytes_of_each_alone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<ExperimentResults> one =
          threads.submit(() -> service().train(temp.resolve("one"), After.never()));
      Future<ExperimentResults> two =
          threads.submit(() -> service().train(temp.resolve("two"), After.never()));
      List<double[]> alone = scores(train(After.never()));
      assertThat(scores(one.get())).usingRecursiveComparison().isEqualTo(alone);
      assertThat(scores(two.get())).usingRecursiveComparison().isEqualTo(alone);
    } finally {
      threads.shutdown();
    }
  }

  private static List<double[]> scores(ExperimentResults results) {
    return results.all().stream().flatMap(r -> Stream.of(r.scores().after())).toList();
  }

  @Test
  void the_java_of_the_page_is_the_code_of_this_program() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("src/test/java/com/acme/tuning"))) {
      for (Path file : files.toList()) {
        sources.append(Files.readString(file));
      }
    }
    List<String> shown =
        JAVA.matcher(Files.readString(Path.of("../docs/embedding.md")))
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(shown)
        .isNotEmpty()
        .flatExtracting(block -> List.of(block.split("\\n\\n")))
        .allSatisfy(piece -> assertThat(sources).contains(piece.stripTrailing()));
  }
}
