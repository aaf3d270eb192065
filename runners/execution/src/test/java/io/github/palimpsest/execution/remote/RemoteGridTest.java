package io.github.palimpsest.execution.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units of stages, cells and scores in a remote folder. */
class RemoteGridTest {
  private static final String STAGE = "stages/s1";

  @TempDir Path temp;
  private Path here = Path.of("");
  private Path there = Path.of("");
  private DiskFiles files = new DiskFiles(there);
  private RemoteGrid grid = new RemoteGrid(files);

  @BeforeEach
  void folders() throws IOException {
    here = Files.createDirectory(temp.resolve("here"));
    there = temp.resolve("there");
    files = new DiskFiles(there);
    grid = new RemoteGrid(files);
    stage(here, "first");
  }

  private static void stage(Path root, String content) throws IOException {
    Path stage = Files.createDirectories(root.resolve(STAGE));
    Files.writeString(stage.resolve("stage.json"), content);
    Files.writeString(stage.resolve("losses.csv"), "step,loss\n");
    Files.writeString(stage.resolve("task.checkpoint"), "weights of the " + content);
    Sha256Sums.write(stage, List.of("stage.json", "losses.csv"));
  }

  private static Path begun(Path work) throws IOException {
    Files.writeString(work.resolve("losses.csv"), "step,loss\n1,2.5\n");
    Files.writeString(work.resolve("task.checkpoint"), "the parent's");
    Files.writeString(work.resolve(".steps.checkpoint.part"), "half");
    return Files.writeString(work.resolve("steps.checkpoint"), "step 1");
  }

  private RemoteInputs inputs(String... units) {
    return new RemoteInputs(grid.address(), null, List.of(units), false, "s2");
  }

  @Test
  void a_unit_counts_when_its_checksums_are_there_which_come_last() throws IOException {
    files.most = 3; // of 4 files
    assertThatThrownBy(() -> grid.put(STAGE, here)).hasMessage("no route to host");
    assertThat(there.resolve(STAGE)).isNotEmptyDirectory();
    assertThat(grid.complete(STAGE)).isFalse();
    assertThat(RemoteGrid.units(grid.all())).isEmpty();
    assertThatThrownBy(() -> grid.get(STAGE, temp.resolve("other"), true))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(temp.resolve("other").resolve("stages")).isEmptyDirectory();

    files.most = Integer.MAX_VALUE;
    assertThat(grid.put(STAGE, here)).isTrue();
    assertThat(RemoteGrid.units(grid.all())).containsExactly(STAGE);
  }

  @Test
  void a_complete_unit_is_not_replaced_except_on_purpose() throws IOException {
    grid.put(STAGE, here);
    stage(here, "second");
    assertThat(grid.put(STAGE, here)).isFalse();
    assertThat(there.resolve(STAGE).resolve("stage.json")).hasContent("first");
    grid.replace(STAGE, here);
    assertThat(there.resolve(STAGE).resolve("stage.json")).hasContent("second");
    grid.remove(STAGE);
    assertThat(grid.all()).isEmpty();
  }

  @Test
  void a_copy_has_the_files_that_have_checksums_and_the_state_if_it_is_wanted() throws IOException {
    grid.put(STAGE, here);
    Files.writeString(there.resolve(STAGE).resolve("failed.json"), "of an earlier attempt");
    Path small = temp.resolve("small");
    grid.get(STAGE, small, false);
    assertThat(small.resolve(STAGE))
        .isDirectoryContaining("glob:**/stage.json")
        .isDirectoryNotContaining("glob:**/failed.json")
        .isDirectoryNotContaining("glob:**/task.checkpoint");
    Path whole = temp.resolve("whole");
    grid.get(STAGE, whole, true);
    assertThat(whole.resolve(STAGE).resolve("task.checkpoint")).hasContent("weights of the first");
  }

  @Test
  void units_are_folders_with_checksums_and_single_files_and_nothing_else() {
    assertThat(
            RemoteGrid.units(
                List.of(
                    "experiment.json",
                    "cells/c1/SHA256SUMS",
                    "cells/c2/result.json",
                    "stages/s1/SHA256SUMS",
                    "stages/.s2.part/stage.json",
                    "scores/r1.json",
                    "scores/.r2.json",
                    "items/i1.json",
                    "probes/c1/p.json",
                    "stage-probes/s1/p.json",
                    "work/s3.zip")))
        .containsExactly(
            "cells/c1",
            "items/i1.json",
            "probes/c1/p.json",
            "scores/r1.json",
            "stage-probes/s1/p.json",
            "stages/s1");
  }

  @Test
  void a_worker_gets_what_it_needs_and_publishes_what_it_has_changed() throws IOException {
    grid.put(STAGE, here);
    Path root;
    try (Scratch scratch = new Scratch(grid, inputs(STAGE, "stages/none"), temp)) {
      root = scratch.root();
      Path out = Path.of(scratch.word(Scratch.OUT));
      assertThat(out.resolve(STAGE).resolve("task.checkpoint")).exists();
      assertThat(scratch.publish()).as("nothing is new").isEmpty();

      Path cell = Files.createDirectories(out.resolve("cells/c1"));
      Files.writeString(cell.resolve("result.json"), "{}");
      Sha256Sums.write(cell, List.of("result.json"));
      Files.createDirectories(out.resolve("cells/.c2.part"));
      stage(out, "repaired");
      assertThat(scratch.publish()).containsExactly("cells/c1", STAGE);
    }
    assertThat(root).doesNotExist();
    assertThat(there.resolve("cells")).isDirectoryNotContaining("glob:**/.c2.part");
    assertThat(there.resolve(STAGE).resolve("task.checkpoint"))
        .hasContent("weights of the repaired");
  }

  private static void identity(Path root, @Nullable Integer threads) throws IOException {
    JsonFile.writeSealed(
        Files.createDirectories(root).resolve("experiment.json"),
        new ExperimentIdentity("e", "sum", Map.of(), threads));
  }

  private static Optional<Integer> threads(Path root) {
    return ExperimentIdentity.of(new FolderLayout(root)).map(ExperimentIdentity::operationThreads);
  }

  @Test
  void all_workers_read_the_number_of_threads_that_the_first_of_them_published()
      throws IOException {
    identity(there, null);
    try (Scratch first = new Scratch(grid, inputs(), temp)) {
      Path out = Path.of(first.word(Scratch.OUT));
      assertThat(threads(out)).isEmpty();
      identity(out, 3);
      first.publish();
      assertThat(threads(there)).contains(3);
    }
    try (Scratch second = new Scratch(grid, inputs(), temp)) {
      Path out = Path.of(second.word(Scratch.OUT));
      assertThat(threads(out)).contains(3);
      identity(out, 2);
      second.publish();
      assertThat(threads(there)).as("the first one decides").contains(3);
    }
  }

  @Test
  void checkpoints_of_a_lost_worker_are_in_the_folder_of_the_next_one() throws Exception {
    try (Scratch lost = new Scratch(grid, inputs(), temp)) {
      Path work = Files.createDirectories(Path.of(lost.word(Scratch.OUT)).resolve("work/s2"));
      lost.publishing(line -> assertThat(line).isEmpty(), () -> begun(work));
    }
    try (Scratch next = new Scratch(grid, inputs(), temp)) {
      Path work = Path.of(next.word(Scratch.OUT)).resolve("work/s2");
      assertThat(work.resolve("steps.checkpoint")).hasContent("step 1");
      assertThat(work.resolve("losses.csv")).hasContent("step,loss\n1,2.5\n");
      assertThat(work)
          .as("the parent's state comes with the parent")
          .isDirectoryNotContaining("glob:**/task.checkpoint")
          .isDirectoryNotContaining("glob:**/*.part");
      stage(work.getParent().getParent(), "s1 again");
      next.publish();
      assertThat(grid.all()).as("those of another stage").contains("work/s2.zip");
    }
  }

  @Test
  void checkpoints_that_cannot_be_published_are_told_once_and_training_goes_on() throws Exception {
    files.most = 0;
    StringBuilder told = new StringBuilder();
    try (Scratch scratch = new Scratch(grid, inputs(), temp)) {
      Path work = Files.createDirectories(Path.of(scratch.word(Scratch.OUT)).resolve("work/s2"));
      scratch.publishing(told::append, () -> begun(work));
    }
    assertThat(told)
        .hasToString(
            "palimpsest: the checkpoints of stage s2 cannot be written to disk:"
                + there
                + ": no route to host");
  }

  @Test
  void an_archive_with_a_path_out_of_its_folder_is_refused() throws IOException {
    Path archive = temp.resolve("bad.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(archive))) {
      out.putNextEntry(new ZipEntry("../steps.checkpoint"));
    }
    assertThatThrownBy(() -> CheckpointArchive.read(archive, temp.resolve("work")))
        .hasMessage("an entry of the checkpoints is named '../steps.checkpoint'");
    assertThat(temp.resolve("steps.checkpoint")).doesNotExist();
    assertThat(temp.resolve("work")).doesNotExist();
  }
}
