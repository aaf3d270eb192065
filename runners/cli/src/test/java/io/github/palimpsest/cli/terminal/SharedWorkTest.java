package io.github.palimpsest.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.storage.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedWorkTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.75Z");

  @TempDir Path temp;
  private final AtomicLong nanos = new AtomicLong();

  private void write(String file, String content) throws IOException {
    Path at = temp.resolve(file);
    Files.createDirectories(at.getParent());
    Files.writeString(at, content);
  }

  /** Three trainings: one took 90 s, one is under way, one is open. */
  private void grid(int step) throws IOException {
    write(
        "plan.json",
        "{\"experiment\": \"toy\", \"cells\": [{\"id\": \"a\", \"label\": \"sgd\", \"seed\": 1}]}");
    write("stages.json", "{\"ids\": [\"s1\", \"s2\", \"s3\"], \"cells\": {}}");
    write(
        "stages/s1/stage.json",
        "{\"id\": \"s1\", \"recipe\": \"sgd\", \"measured\": {\"wall_seconds\": 90}}");
    ProcessHandle own = ProcessHandle.current();
    String started =
        own.info().startInstant().map(t -> ", \"process_started\": \"" + t + "\"").orElse("");
    write(
        "work/run-1.json",
        "{\"pid\": %d, \"doing\": \"training\", \"stage\": \"s2\", \"step\": %d, \"steps\": 9%s}"
            .formatted(own.pid(), step, started));
  }

  @Test
  void a_worker_tells_the_remaining_time_of_status() throws IOException {
    grid(3);
    SharedWork work = new SharedWork(temp, nanos::get, () -> NOON);
    // two trainings of 90 s without the third of one that is done, for one worker
    assertThat(work.timeLeft()).hasValue(Duration.ofSeconds(2 * 90 - 30));
    assertThat(RunStatus.of(temp).left()).isEqualTo(work.timeLeft());
    grid(6);
    nanos.set(Duration.ofSeconds(9).toNanos());
    assertThat(work.timeLeft()).as("not read again").hasValue(Duration.ofSeconds(150 - 9));
    nanos.set(Duration.ofSeconds(10).toNanos());
    assertThat(work.timeLeft()).as("read again").hasValue(Duration.ofSeconds(2 * 90 - 60));
  }

  @Test
  void a_folder_that_cannot_be_read_has_no_remaining_time() throws IOException {
    write("plan.json", "{");
    assertThat(new SharedWork(temp, nanos::get, () -> NOON).timeLeft()).isEmpty();
  }

  @Test
  void a_line_of_a_log_says_when_and_where_it_was_written() {
    assertThat(new SharedWork(temp, nanos::get, () -> NOON).stamped("[1/2] sgd: done"))
        .isEqualTo(
            "2026-03-01T12:00:00Z %s %d [1/2] sgd: done",
            Host.current().name(), ProcessHandle.current().pid());
  }
}
