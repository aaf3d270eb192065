package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.DamagedFolder.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.execution.DamagedFolder.Damage;
import io.github.palimpsest.execution.probe.ProbeListener;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.execution.probe.ProbeSample;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.ProbeResult;
import io.github.palimpsest.results.folder.RunOrigin;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is damaged in an output folder is named, set aside and computed again. */
@Tag("native")
class DamageTest {
  @TempDir Path temp;

  /** Hears what is damaged, and what is trained. */
  private static class Heard extends ToyRun.Steps {
    final List<String> damaged = new ArrayList<>();

    @Override
    public synchronized void on(RunEvent event) {
      super.on(event);
      if (event instanceof RunEvent.Damaged found) {
        damaged.add(found.message());
      }
    }
  }

  @Test
  void any_damage_to_any_file_of_a_finished_folder_is_named_and_computed_again()
      throws IOException {
    Plan plan = ToyRun.shortest();
    Path whole = temp.resolve("whole");
    ToyRun.run(plan, whole, RunListener.NONE);
    new RunOrigin("toy.yaml", "/", Map.of(), List.of()).write(whole);
    SortedMap<String, String> results = results(whole);
    List<Path> files = DamagedFolder.files(whole);
    assertThat(files)
        .as("4 records, 3 files of a cell, 4 of each of 2 stages, 3 rows of scores")
        .hasSize(4 + 3 + 8 + 3);
    String cell = plan.cells().get(0).id();
    for (Path file : files) {
      List<String> names = List.of(file.getFileName().toString(), Sha256Sums.FILE);
      for (Damage damage : DamagedFolder.of(whole.resolve(file))) {
        Path out = temp.resolve("damaged");
        DamagedFolder.copy(whole, out);
        DamagedFolder.apply(damage, out.resolve(file));
        String what = file + ": " + damage.name();
        assertThat(DamagedFolder.unclear(out, cell, names)).as(what).isEmpty();
        Heard heard = new Heard();
        assertThat(ToyRun.run(plan, out, heard).failed()).as(what).isZero();
        SortedMap<String, String> now = results(out);
        if (file.endsWith("origin.json")) { // the command writes it
          now.put("origin.json", results.getOrDefault("origin.json", ""));
        }
        assertThat(now).as(what).isEqualTo(results);
        if (mustBeNamed(file, damage)) {
          assertThat(String.join("\n", heard.damaged)).as(what).contains(names.get(0));
          assertThat(out.resolve("damaged")).as(what).isNotEmptyDirectory();
        }
        assertThat(FolderCheck.all(out)).as(what + ", afterwards").isEmpty();
        Folders.delete(out);
      }
    }
  }

  /** A file that stands alone may be missing: nothing says that it was there. */
  private static boolean mustBeNamed(Path file, Damage damage) {
    boolean alone = file.getNameCount() == 1 || file.startsWith("scores");
    return !damage.name().equals("gone") || !(alone || file.endsWith("task.checkpoint"));
  }

  @Test
  void any_damage_to_a_stage_under_way_is_named_and_trained_again() throws IOException {
    Plan plan = ToyRun.plan("{optimizer: [sgd]}");
    Path whole = temp.resolve("whole");
    ToyRun.run(plan, whole, RunListener.NONE);
    Path killed = temp.resolve("killed");
    RunListener killer =
        new RunListener() {
          private boolean stops;

          @Override
          public void on(RunEvent event) {
            if (event instanceof RunEvent.Step step) {
              stops = step.stepsOfCell() == 20;
            }
          }

          @Override
          public boolean stops() {
            return stops;
          }
        };
    ToyRun.run(plan, killed, killer);
    assertThat(FolderCheck.withCheckpoints(killed)).isEmpty();
    List<Path> files =
        DamagedFolder.files(killed).stream().filter(f -> f.startsWith("work")).toList();
    assertThat(files.stream().map(f -> f.getFileName().toString()))
        .contains(
            "task.checkpoint", "begun.checkpoint", "steps.checkpoint", "losses.csv", "losses.crc");
    for (Path file : files) {
      if (Files.size(killed.resolve(file)) == 0) {
        continue; // a lock
      }
      for (Damage damage : DamagedFolder.of(killed.resolve(file))) {
        Path out = temp.resolve("damaged");
        DamagedFolder.copy(killed, out);
        DamagedFolder.apply(damage, out.resolve(file));
        String what = file + ": " + damage.name();
        if (file.toString().endsWith(".checkpoint") && damage.content() != null) {
          assertThat(FolderCheck.withCheckpoints(out))
              .as(what)
              .extracting(DamagedFileException::file)
              .containsExactly(out.resolve(file));
        }
        Heard heard = new Heard();
        ToyRun.run(plan, out, heard);
        assertThat(results(out)).as(what).isEqualTo(results(whole));
        if (file.toString().endsWith(".checkpoint") && damage.content() != null) {
          assertThat(String.join("\n", heard.damaged))
              .as(what)
              .contains(file.getFileName().toString());
        }
        Folders.delete(out);
      }
    }
  }

  @Test
  void locks_left_over_or_with_any_content_hold_nobody_up() throws IOException {
    Plan plan = ToyRun.shortest();
    Path out = temp.resolve("out");
    Path work = Files.createDirectories(out.resolve("work"));
    for (Stage stage : Stages.of(plan, true).all()) {
      Files.writeString(work.resolve(stage.id() + ".lock"), "garbage");
    }
    Files.writeString(work.resolve("run-999999999-1.json"), "garbage");
    assertThat(ToyRun.run(plan, out, RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(1, 0, 0));
    assertThat(work).as("all of them are swept away").doesNotExist();
  }

  @Test
  void a_lock_that_is_no_file_is_named() throws IOException {
    Plan plan = ToyRun.shortest();
    Path out = temp.resolve("out");
    ToyRun.run(plan, out, RunListener.NONE);
    Stage last = List.copyOf(Stages.of(plan, true).all()).get(1);
    Folders.delete(out.resolve("cells"));
    Folders.delete(out.resolve("scores"));
    Folders.delete(out.resolve("stages").resolve(last.id()));
    Path lock = out.resolve("work").resolve(last.id() + ".lock");
    Files.createDirectories(lock.resolve("x"));
    assertThatThrownBy(() -> ToyRun.run(plan, out, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining(lock.toString());
  }

  @Test
  void a_state_that_is_damaged_while_the_run_goes_on_is_trained_again() throws IOException {
    Plan plan = ToyRun.plan("{optimizer: [sgd]}");
    Path whole = temp.resolve("whole");
    ToyRun.run(plan, whole, RunListener.NONE);
    Path out = temp.resolve("out");
    Heard heard =
        new Heard() {
          private boolean done;

          @Override
          public void on(RunEvent event) {
            super.on(event);
            if (event instanceof RunEvent.Scoring scoring) {
              Stage first = Stages.of(plan, true).of(plan.cell(scoring.cell())).get(0);
              Path state = out.resolve("stages").resolve(first.id()).resolve("task.checkpoint");
              if (!done && scoring.moment().equals("after a")) {
                done = true;
                flip(state);
              }
            }
          }
        };
    ToyRun.run(plan, out, heard);
    assertThat(heard.damaged).singleElement().asString().contains("task.checkpoint");
    assertThat(heard.tasks).as("a, a again, b").hasSize(3 * 15);
    assertThat(results(out)).isEqualTo(results(whole));
  }

  private static void flip(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 3] ^= 4;
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_rerun_tells_how_much_it_has_read_of_what_is_done() throws IOException {
    Plan plan = ToyRun.shortest();
    Path out = temp.resolve("out");
    ToyRun.run(plan, out, RunListener.NONE);
    List<Long> read = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    RunListener listener =
        event -> {
          if (event instanceof RunEvent.Checking checking) {
            read.add(checking.bytes());
            totals.add(checking.all());
          }
        };
    ToyRun.run(plan, out, listener);
    long states = 0;
    for (Stage stage : Stages.of(plan, true).all()) {
      states += Folders.bytes(out.resolve("stages").resolve(stage.id()));
    }
    assertThat(states).isPositive();
    assertThat(totals).as("states, scores and records").allMatch(Predicate.isEqual(totals.get(0)));
    assertThat(totals.get(0)).isGreaterThan(states);
    assertThat(read).isSorted().startsWith(0L).endsWith(totals.get(0));
  }

  @Test
  void a_probe_names_a_damaged_state_and_measures_what_was_damaged_again() throws IOException {
    Plan plan = NullProbe.added(ToyRun.shortest());
    Path out = temp.resolve("out");
    ToyRun.run(plan, out, RunListener.NONE);
    List<String> damaged = new ArrayList<>();
    ProbeListener listener =
        new ProbeListener() {
          @Override
          public void damaged(String message) {
            damaged.add(message);
          }
        };
    try (ToySubject subject = new ToySubject()) {
      ProbeRun probes = new ProbeRun(plan, subject, out, new ProbeSample("", 4), listener);
      List<ProbeResult> first = probes.measure(plan.cells(), ProbeRun.all(plan));
      assertThat(first).hasSize(1);
      Path measured = ProbeResult.files(out, plan.cells().get(0).id()).get(0);
      flip(measured);
      assertThat(probes.measure(plan.cells(), ProbeRun.all(plan))).isEqualTo(first);
      assertThat(damaged).singleElement().asString().contains(measured.toString());
      Files.delete(measured);
      Stage last = List.copyOf(Stages.of(plan, true).all()).get(1);
      Path state = out.resolve("stages").resolve(last.id()).resolve("task.checkpoint");
      flip(state);
      assertThatThrownBy(() -> probes.measure(plan.cells(), ProbeRun.all(plan)))
          .isInstanceOf(DamagedFileException.class)
          .hasMessageContaining(state.toString());
      Heard heard = new Heard();
      ToyRun.run(plan, out, heard);
      assertThat(heard.tasks).as("the two steps of task b").isEqualTo(List.of("b", "b"));
      assertThat(probes.measure(plan.cells(), ProbeRun.all(plan))).isEqualTo(first);
    }
  }

  @Test
  void a_folder_whose_note_of_its_experiment_is_damaged_stays_closed_to_others()
      throws IOException {
    Path out = temp.resolve("out");
    ToyRun.run(ToyRun.plan("{optimizer: [sgd]}", "data", "x"), out, RunListener.NONE);
    Path note = out.resolve(FolderLayout.EXPERIMENT);
    flip(note);
    assertThatThrownBy(
            () -> ToyRun.run(ToyRun.plan("{optimizer: [sgd]}", "data", "y"), out, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining(note.toString())
        .hasMessageContaining("of another experiment");
  }
}
