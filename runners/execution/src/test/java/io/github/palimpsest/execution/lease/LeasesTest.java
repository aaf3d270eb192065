package io.github.palimpsest.execution.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunNote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may work on a unit, seen by runs on hosts whose clocks have nothing in common. */
class LeasesTest {
  private static final Duration LEASE = Participant.USUAL_LEASE;

  @TempDir Path temp;
  private FolderLayout layout = new FolderLayout(Path.of(""));
  private final Ticks early = new Ticks(Duration.ZERO, false);
  private final Ticks late = new Ticks(Duration.ofHours(1), false);

  /** A run, and its note. */
  private final class Run {
    private final Leases leases;
    private RunNote note;

    Run(Participant as) {
      leases = new Leases(layout, as);
      note = RunNote.of(leases.worker(), as.pace().clock());
      beat();
    }

    void beat() {
      note = note.beaten();
      JsonFile.writeUnsynced(RunNote.file(layout, note.pid(), leases.worker()), note);
    }
  }

  @BeforeEach
  void folder() throws IOException {
    layout = new FolderLayout(temp);
    Files.createDirectories(layout.work());
  }

  /** Looks again and again for a time. */
  private static Optional<Lease> watch(Run run, Ticks ticks, Duration time) {
    Optional<Lease> taken = run.leases.take("unit");
    for (int i = 0; i < 20 && taken.isEmpty(); i++) {
      ticks.pass(time.dividedBy(20));
      taken = run.leases.take("unit");
    }
    return taken;
  }

  private void assertFiles(String... names) throws IOException {
    try (var files = Files.list(layout.work())) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".lock")))
          .containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void one_run_has_a_unit_at_a_time_and_gives_it_back() throws IOException {
    Run a = new Run(early.on("a"));
    Run b = new Run(late.on("b"));
    Lease held = a.leases.take("unit").orElseThrow();
    assertThat(held.held()).isTrue();
    assertThat(held.folder()).isEqualTo("unit");
    assertThat(b.leases.take("unit")).isEmpty();
    assertThat(a.leases.take("unit")).as("nor does its own run take it twice").isEmpty();
    assertThat(b.leases.take("other")).isPresent();
    held.close();
    assertFiles("other.lock");
    assertThat(b.leases.take("unit")).isPresent();
  }

  @Test
  void a_holder_whose_heartbeat_changes_keeps_its_unit_whatever_its_clock_says() {
    Run a = new Run(early.on("a"));
    Run b = new Run(late.on("b"));
    Lease held = a.leases.take("unit").orElseThrow();
    for (int beats = 0; beats < 100; beats++) {
      assertThat(watch(b, late, LEASE.multipliedBy(9).dividedBy(10))).isEmpty();
      a.beat();
    }
    assertThat(held.held()).isTrue();
  }

  @Test
  void a_holder_that_is_silent_for_its_lease_loses_the_unit_and_learns_it() throws IOException {
    Run a = new Run(early.on("a"));
    Run b = new Run(late.on("b"));
    Lease lost = a.leases.take("unit").orElseThrow();
    assertThat(watch(b, late, LEASE.minusSeconds(1))).as("a second too early").isEmpty();
    late.pass(Duration.ofSeconds(1));
    Lease taken = b.leases.take("unit").orElseThrow();
    assertThat(taken.folderOfSilent()).contains("unit");
    assertThat(taken.folder()).isEqualTo("unit." + taken.token().substring(0, 16));
    assertThat(lost.held()).isFalse();
    assertThat(taken.held()).isTrue();
    assertFiles("unit.2.lock");
    lost.close();
    assertThat(taken.held()).as("closing a lost lease leaves its successor's").isTrue();
    a.beat();
    assertThat(a.leases.take("unit")).as("and it cannot take it back").isEmpty();
    taken.close();
    assertFiles();
  }

  @Test
  void of_two_observers_one_takes_over() {
    Run a = new Run(early.on("a"));
    Run b = new Run(late.on("b"));
    Run c = new Run(late.on("c"));
    a.leases.take("unit").orElseThrow();
    assertThat(watch(b, late, LEASE.minusSeconds(1))).isEmpty();
    assertThat(watch(c, late, LEASE.minusSeconds(1))).isEmpty();
    late.pass(Duration.ofSeconds(1));
    assertThat(c.leases.take("unit")).isPresent();
    assertThat(b.leases.take("unit")).isEmpty();
  }

  @Test
  void time_in_which_the_observer_did_not_look_counts_little() {
    Run a = new Run(early.on("a"));
    Run b = new Run(late.on("b"));
    a.leases.take("unit").orElseThrow();
    for (int looks = 0; looks < 4; looks++) { // each counts as a quarter of the lease
      assertThat(b.leases.take("unit")).isEmpty();
      late.pass(LEASE.multipliedBy(100));
    }
    assertThat(b.leases.take("unit")).isPresent();
  }

  @Test
  void a_dead_process_of_this_system_loses_its_units_at_once() throws IOException {
    Leases here = new Leases(layout, Participant.USUAL);
    here.take("unit").orElseThrow();
    Leases other = new Leases(layout, Participant.USUAL);
    assertThat(other.take("unit")).isEmpty();
    here.close(); // its run has ended without giving the unit back
    Lease taken = other.take("unit").orElseThrow();
    assertThat(taken.folder()).as("it writes no more, so its folder is safe").isEqualTo("unit");
    assertThat(taken.folderOfSilent()).isEmpty();
  }

  @Test
  void the_remains_of_a_take_over_and_files_of_any_content_hold_nobody_up() throws IOException {
    Files.writeString(layout.lock("unit"), "garbage");
    Files.writeString(layout.lock("unit.2"), "");
    Run a = new Run(early.on("a"));
    assertThat(a.leases.take("unit")).isPresent();
    assertFiles("unit.2.lock");
  }

  @Test
  void others_at_work_are_those_with_a_lease_that_are_not_gone() {
    Run a = new Run(early.on("a"));
    Run b = new Run(late.on("b"));
    Lease lease = a.leases.take("unit").orElseThrow();
    assertThat(b.leases.othersWork(Set.of())).isTrue();
    assertThat(b.leases.othersWork(Set.of("unit"))).isFalse();
    lease.close();
    assertThat(b.leases.othersWork(Set.of())).isFalse();
  }

  @Test
  void the_note_of_a_run_elsewhere_is_swept_away_only_when_it_was_silent() throws IOException {
    Run a = new Run(early.on("a"));
    Run b = new Run(late.on("b"));
    a.leases.take("unit").orElseThrow();
    Path own = RunNote.file(layout, b.note.pid(), b.leases.worker());
    Files.delete(own);
    assertThat(b.leases.sweep()).isFalse();
    assertThat(watch(b, late, LEASE)).isPresent();
    assertThat(b.leases.sweep()).isTrue();
    assertThat(RunNote.all(layout)).isEmpty();
  }

  @Test
  void finished_work_appears_once_and_a_complete_folder_is_never_replaced() throws IOException {
    Run a = new Run(early.on("a"));
    Lease lease = a.leases.take("unit").orElseThrow();
    Path to = temp.resolve("done");
    assertThat(Publication.publish(folder("failed", "failure"), to, LeasesTest::whole, lease))
        .isTrue();
    assertThat(Publication.publish(folder("first", "whole"), to, LeasesTest::whole, lease))
        .as("a failure is replaced")
        .isTrue();
    Path second = folder("second", "whole");
    assertThat(Publication.publish(second, to, LeasesTest::whole, lease)).isFalse();
    assertThat(to.resolve("whole")).hasContent("first");
    assertThat(second).as("it is the caller's to remove").isNotEmptyDirectory();
    lease.close();
    Path other = temp.resolve("other");
    assertThat(Publication.publish(second, other, LeasesTest::whole, lease))
        .as("without the lease nothing is published")
        .isFalse();
    assertThat(other).doesNotExist();
  }

  private static boolean whole(Path folder) {
    return Files.exists(folder.resolve("whole"));
  }

  private Path folder(String name, String file) throws IOException {
    Path folder = Files.createDirectory(temp.resolve(name));
    Files.writeString(folder.resolve(file), name);
    return folder;
  }
}
