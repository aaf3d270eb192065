package io.github.palimpsest.results.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a folder has a plan. */
class GridPlanTest {
  @TempDir Path temp;

  @Test
  void a_folder_whose_plan_cannot_be_looked_for_is_refused_with_the_reason() throws IOException {
    // nobody can follow a link to itself, the superuser included
    Path loop = temp.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThatThrownBy(() -> GridPlan.of(new FolderLayout(loop)))
        .isInstanceOf(PalimpsestException.class)
        .isNotInstanceOf(GridPlan.Missing.class)
        .hasMessageStartingWith("'" + loop + "' cannot be read: ");
  }

  @Test
  void a_folder_without_a_plan_and_a_file_are_no_output_folders() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    for (Path path : new Path[] {temp, temp.resolve("missing"), file}) {
      assertThatThrownBy(() -> GridPlan.of(new FolderLayout(path)))
          .isInstanceOf(GridPlan.Missing.class)
          .hasMessage("'" + path + "' is not an output folder: it has no plan.json");
      assertThat(GridPlan.find(new FolderLayout(path))).isEmpty();
    }
  }
}
