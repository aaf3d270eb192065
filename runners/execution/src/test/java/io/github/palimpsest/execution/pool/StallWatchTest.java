package io.github.palimpsest.execution.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.Activity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes that do not move, by a clock that the test sets. */
class StallWatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long SECOND = 1_000_000_000L;

  private final StallWatch watch = new StallWatch();

  private boolean stalled(long seconds, long moves, boolean counts) {
    return watch.stalled(seconds * SECOND, moves, counts, LIMIT);
  }

  @Test
  void what_has_not_moved_for_the_limit_has_stalled() {
    assertThat(stalled(5, 7, true)).isFalse();
    assertThat(stalled(14, 7, true)).as("9 s later").isFalse();
    assertThat(stalled(15, 7, true)).as("10 s later").isTrue();
  }

  @Test
  void a_move_begins_the_time_again() {
    assertThat(stalled(0, 7, true)).isFalse();
    assertThat(stalled(9, 8, true)).isFalse();
    assertThat(stalled(18, 8, true)).as("9 s after the move").isFalse();
    assertThat(stalled(19, 8, true)).as("10 s after it").isTrue();
  }

  @Test
  void time_in_which_it_need_not_move_does_not_count() {
    assertThat(stalled(0, 7, false)).isFalse();
    assertThat(stalled(100, 7, false)).isFalse();
    assertThat(stalled(101, 7, true)).isFalse();
    assertThat(stalled(110, 7, true)).as("9 s since it should").isFalse();
    assertThat(stalled(111, 7, true)).as("10 s").isTrue();
  }

  @Test
  void a_worker_that_does_not_move_is_killed_and_its_end_says_where_it_was()
      throws IOException, InterruptedException {
    Whereabouts seen = Whereabouts.create();
    WorkerProcess worker = WorkerProcess.start(new ProcessBuilder(waiting()), seen, line -> {});
    worker.go();
    seen.at("updates of 'acme.slow'");
    seen.moved();
    worker.check(0, LIMIT);
    seen.moved();
    worker.check(9 * SECOND, LIMIT);
    worker.check(18 * SECOND, LIMIT);
    worker.check(19 * SECOND, LIMIT);
    WorkerProcess.End end = worker.end();
    assertThat(end.stalled()).isTrue();
    assertThat(end.byItself()).isFalse();
    assertThat(end.place()).isEqualTo("updates of 'acme.slow'");
  }

  @Test
  void before_it_is_let_go_only_a_plugin_can_hold_a_worker_up()
      throws IOException, InterruptedException {
    Whereabouts seen = Whereabouts.create();
    WorkerProcess worker = WorkerProcess.start(new ProcessBuilder(waiting()), seen, line -> {});
    worker.check(0, LIMIT);
    worker.check(1000 * SECOND, LIMIT);
    seen.at("settings of 'acme.slow'");
    worker.check(2000 * SECOND, LIMIT);
    worker.check(2010 * SECOND, LIMIT);
    assertThat(worker.end().stalled()).isTrue();
  }

  /** A process that waits for its standard input to end, which it does not. */
  private static List<String> waiting() {
    return List.of("cat");
  }

  @Test
  void what_a_process_says_of_itself_can_be_read_from_outside() {
    try (Whereabouts seen = Whereabouts.create()) {
      Activity.Listener told = seen;
      assertThat(seen.ended()).isEmpty();
      assertThat(seen.limit()).isEqualTo(Duration.ofMinutes(10));
      assertThat(seen.place()).isEmpty();
      told.at("create of 'acme.\u00e4'");
      told.at("create of 'b'");
      told.moved();
      seen.limit(Duration.ofSeconds(90));
      seen.end(0);
      assertThat(seen.place()).isEqualTo("create of 'b'");
      assertThat(seen.moves()).isEqualTo(1);
      assertThat(seen.limit()).isEqualTo(Duration.ofSeconds(90));
      assertThat(seen.ended()).hasValue(0);
      told.at("x".repeat(10_000));
      assertThat(seen.place()).as("cut to the file's length").hasSize(4096 - 28);
    }
  }

  @Test
  void times_are_written_with_their_unit() {
    assertThat(StallWatch.text(Duration.ofSeconds(90))).isEqualTo("90s");
    assertThat(StallWatch.text(Duration.ofMinutes(10))).isEqualTo("10m");
    assertThat(StallWatch.text(Duration.ofHours(2))).isEqualTo("2h");
  }
}
