package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.content;
import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.RunOrigin;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that a run may not or cannot write to. */
@Tag("native")
class OutputFolderTest {
  @TempDir Path temp;

  private static Stage firstStage(Plan plan) {
    return Stages.of(plan, true).of(plan.cells().get(0)).get(0);
  }

  @Test
  void a_folder_of_another_experiment_is_refused_and_left_alone() throws IOException {
    Path out = temp.resolve("out");
    run(plan("{optimizer: [sgd]}", "task.2.data", "x", "code", "1"), out, RunListener.NONE);
    SortedMap<String, String> before = content(out);
    assertThatThrownBy(
            () ->
                run(
                    plan("{optimizer: [sgd]}", "task.2.data", "y", "code", "2"),
                    out,
                    RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining(
            "belongs to another experiment, 'toy' (it differs in code; task.2.data: 'b', b.json):"
                + " choose another folder");
    assertThat(content(out)).isEqualTo(before);
  }

  @Test
  void a_folder_with_other_files_or_a_file_instead_is_refused() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "mine");
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Files.writeString(folder.resolve("thesis.txt"), "mine");
    Plan plan = plan("{optimizer: [sgd]}");
    assertThatThrownBy(() -> run(plan, file, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("is not a folder");
    assertThatThrownBy(() -> run(plan, folder, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("holds other files");
    assertThat(folder).isDirectoryContaining(p -> p.endsWith("thesis.txt"));
    assertThatThrownBy(() -> run(plan, file.resolve("below"), RunListener.NONE))
        .as("a folder that cannot be made")
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("cannot write to");
  }

  @Test
  void all_that_a_run_makes_has_the_rights_that_the_umask_gives() throws IOException {
    assumeTrue(
        temp.getFileSystem().supportedFileAttributeViews().contains("posix"), "POSIX rights");
    String ofFolder = rights(Files.createDirectory(temp.resolve("usual folder")));
    String ofFile = rights(Files.createFile(temp.resolve("usual file")));
    Path out = temp.resolve("new/out");
    run(plan("{optimizer: [sgd]}"), out, RunListener.NONE);
    new RunOrigin("e.yaml", "/", Map.of(), List.of()).write(out);
    Path file = Files.writeString(temp.resolve("e.yaml"), "name: e\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    assertThat(ExperimentRun.submit(file, out)).hasContent("name: e\n");
    try (Stream<Path> all = Files.walk(out)) {
      assertThat(all)
          .contains(out.resolve("origin.json"), out.resolve("experiment.yaml"))
          .allSatisfy(
              p -> assertThat(rights(p)).isEqualTo(Files.isDirectory(p) ? ofFolder : ofFile));
    }

    Path shared = Files.createDirectory(temp.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwx---"));
    run(plan("{optimizer: [sgd]}"), shared, RunListener.NONE);
    assertThat(rights(shared)).isEqualTo("rwxrwx---");
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void a_failure_to_write_ends_the_run_and_takes_away_what_it_made() {
    Plan plan = plan("{optimizer: [sgd]}");
    Path out = temp.resolve("new/out");
    RunListener spoiler =
        event -> {
          if (event instanceof RunEvent.Step) {
            // a folder where the checkpoint belongs stands for a disk that takes no more
            Path blocked = out.resolve("work").resolve(firstStage(plan).id());
            try {
              Files.createDirectories(blocked.resolve("steps.checkpoint/x"));
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    assertThatThrownBy(() -> run(plan, out, spoiler)).isInstanceOf(OutputException.class);
    assertThat(temp.resolve("new")).as("nothing is left, made parents included").doesNotExist();
  }

  @Test
  void a_disk_that_is_full_during_a_step_ends_the_run_with_the_name_of_what_could_not_be_written() {
    Plan plan = plan("{optimizer: [sgd]}");
    Path out = temp.resolve("out");
    Path work = out.resolve("work").resolve(firstStage(plan).id());
    IOException full = new IOException("No space left on device");
    assertThatThrownBy(() -> run(plan, out, failingAtStep(full)))
        .isInstanceOf(OutputException.class)
        .hasMessage("cannot write to '" + work + "': No space left on device");
    IOException named = new FileSystemException("/tmp/x", null, "No space left on device");
    assertThatThrownBy(() -> run(plan, out, failingAtStep(named)))
        .isInstanceOf(OutputException.class)
        .hasMessage("cannot write to '/tmp/x': No space left on device");
  }

  private static RunListener failingAtStep(IOException failure) {
    return event -> {
      if (event instanceof RunEvent.Step) {
        throw new UncheckedIOException(failure);
      }
    };
  }

  @Test
  void a_disk_without_room_for_a_cell_is_told_before_anything_is_trained() {
    Path out = temp.resolve("new/out");
    Plan plan = plan("{optimizer: [sgd]}");
    try (OutputFolder folder = OutputFolder.open(out, plan)) {
      assertThatThrownBy(() -> folder.requireSpace(Long.MAX_VALUE))
          .isInstanceOf(OutputException.class)
          .hasMessageStartingWith("disk full: '" + out + "'");
      folder.abandon();
    }
    assertThat(temp.resolve("new")).doesNotExist();
  }

  @Test
  void a_run_of_one_cell_keeps_the_others_planned() {
    Path out = temp.resolve("out");
    Plan plan = plan("{optimizer: [sgd], merger: [none, undo]}");
    List<String> ids = plan.cells().stream().map(Cell::id).toList();
    run(plan.only(ids.subList(1, 2)), out, RunListener.NONE);
    assertThat(RunStatus.of(out).progress()).startsWith("toy: 1 of 2 cells done, 0 failed;");
    assertThat(run(plan.only(ids.subList(0, 1)), out, RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(1, 0, 0));
    assertThat(GridPlan.of(new FolderLayout(out)).byId().keySet()).containsExactlyElementsOf(ids);
    assertThat(RunStatus.of(out).progress()).startsWith("toy: 2 of 2 cells done, 0 failed;");
  }

  @Test
  void the_first_run_decides_how_many_threads_share_an_operation() {
    Plan plan = plan("{optimizer: [sgd]}");
    List<Integer> changed = new ArrayList<>();
    try (OutputFolder first = OutputFolder.open(temp.resolve("out"), plan)) {
      first.agree(4, changed::add);
      first.agree(4, changed::add);
    }
    assertThat(changed).isEmpty();
    try (OutputFolder later = OutputFolder.open(temp.resolve("out"), plan)) {
      later.agree(1, changed::add);
      assertThat(changed).containsExactly(4);
      assertThatThrownBy(() -> later.agree(1, stated -> false))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("has results with palimpsest.threads=4, and this run has 1")
          .hasMessageContaining("state 4 or nothing");
    }
  }
}
