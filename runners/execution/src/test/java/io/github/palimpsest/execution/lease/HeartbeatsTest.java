package io.github.palimpsest.execution.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.results.folder.RunWorker;
import io.github.palimpsest.storage.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command that looks once can say of workers on other machines. */
class HeartbeatsTest {
  private static final RunWorker BEATING = worker("a");
  private static final RunWorker SILENT = worker("b");

  @TempDir Path temp;

  private static RunWorker worker(String host) {
    return new RunWorker(host.repeat(16), "host " + host, "system of " + host, 60.0);
  }

  private static void write(FolderLayout layout, RunNote note, RunWorker worker) {
    JsonFile.writeUnsynced(RunNote.file(layout, note.pid(), worker), note);
  }

  /** Two seconds pass in each pause; in the third one, a worker gives a sign of life. */
  private static final class Watching implements Pace {
    private final Runnable third;
    private int pauses;

    Watching(Runnable third) {
      this.third = third;
    }

    @Override
    public long nanos() {
      return Duration.ofSeconds(2L * pauses).toNanos();
    }

    @Override
    public Instant clock() {
      return Instant.EPOCH;
    }

    @Override
    public void pause(Duration time) {
      if (++pauses == 3) {
        third.run();
      }
    }

    @Override
    public Beating every(Duration interval, Runnable beat) {
      return () -> {};
    }
  }

  @Test
  void the_age_of_a_heartbeat_is_the_time_since_the_observer_saw_it() throws IOException {
    FolderLayout layout = new FolderLayout(temp);
    Files.createDirectories(layout.work());
    RunNote beating = RunNote.of(BEATING, Instant.EPOCH.plusSeconds(3600));
    write(layout, beating, BEATING);
    write(layout, RunNote.of(SILENT, Instant.EPOCH), SILENT);
    RunNote here =
        RunNote.of(
            new RunWorker("c".repeat(16), "x", Host.current().system(), 60.0), Instant.EPOCH);
    write(layout, here, here.worker());
    Watching pace = new Watching(() -> write(layout, beating.beaten(), BEATING));
    var seen = new Heartbeats(layout, pace).watch();
    assertThat(seen.keySet())
        .as("a process of this system can be seen without watching")
        .containsExactly(BEATING.id(), SILENT.id());
    assertThat(seen.get(BEATING.id()).words())
        .as("seen after 6 of the 10 seconds, a sixth of the lease")
        .isEqualTo("heartbeat 4 s ago");
    assertThat(seen.get(SILENT.id()).words()).isEqualTo("no heartbeat for 10 s");
    assertThat(RunNote.all(layout))
        .allSatisfy(note -> assertThat(note.alive()).as("not known to be dead").isTrue());
    assertThat(beating.doing("scoring").words("sgd"))
        .isEqualTo("process " + beating.pid() + " on host a: scoring");
  }

  @Test
  void nobody_elsewhere_is_nothing_to_wait_for() {
    assertThat(new Heartbeats(new FolderLayout(temp), Pace.REAL).watch()).isEmpty();
  }
}
