package io.github.palimpsest.results.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.storage.FolderClock;
import io.github.palimpsest.storage.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunNoteTest {
  @TempDir Path temp;

  private static final RunWorker ELSEWHERE =
      RunWorker.of("0123456789abcdef", new Host("there", "another system"), Duration.ofSeconds(9));

  private static void write(FolderLayout folder, RunNote note, Instant last) throws IOException {
    Path file = RunNote.file(folder, note.pid(), note.worker());
    JsonFile.writeUnsynced(file, note);
    Files.setLastModifiedTime(file, FileTime.from(last));
  }

  @Test
  void a_run_elsewhere_whose_note_is_older_than_its_lease_by_the_folders_clock_is_not_at_work()
      throws IOException {
    FolderLayout folder = new FolderLayout(temp);
    Files.createDirectories(folder.work());
    Instant now = FolderClock.now(folder.work()).orElseThrow();
    assertThat(folder.work()).as("the clock leaves nothing").isEmptyDirectory();
    RunNote silent = RunNote.of(ELSEWHERE, Instant.EPOCH);
    RunNote beating =
        RunNote.of(
            RunWorker.of("b".repeat(16), new Host("there", "another"), Duration.ofHours(10)),
            Instant.EPOCH);
    RunNote here =
        RunNote.of(
            RunWorker.of("c".repeat(16), Host.current(), Duration.ofSeconds(9)), Instant.EPOCH);
    for (RunNote note : List.of(silent, beating, here)) {
      write(folder, note, now.minus(Duration.ofHours(1)));
    }
    List<RunNote> all = RunNote.all(folder);
    Map<String, Duration> found = RunNote.silent(folder, all);
    assertThat(found).as("a process of this system is looked up").containsOnlyKeys(ELSEWHERE.id());
    assertThat(found.get(ELSEWHERE.id())).isGreaterThanOrEqualTo(Duration.ofHours(1));

    RunStatus status =
        new RunStatus(
            "e",
            2,
            0,
            List.of(),
            2,
            0,
            -1,
            all,
            Map.of(ELSEWHERE.id(), Duration.ofSeconds(72)),
            0,
            0,
            null);
    assertThat(status.working()).containsExactlyInAnyOrder(beating, here);
    String words = "no heartbeat for 72 s, and its lease of 9 s is over";
    assertThat(status.text(run -> "heartbeat 1 s ago"))
        .contains(silent.process() + ": starting; " + words)
        .contains(beating.process() + ": starting; heartbeat 1 s ago")
        .doesNotContain("no run is working on it");
    assertThat(status.json().path("runs"))
        .filteredOn(run -> !run.path("alive").asBoolean())
        .singleElement()
        .satisfies(run -> assertThat(run.path("heartbeat").asText()).isEqualTo(words));
  }

  @Test
  void a_folder_that_does_not_exist_has_no_clock() {
    assertThat(FolderClock.now(temp.resolve("missing"))).isEmpty();
  }

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
