package io.github.palimpsest.results.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.NewFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFolderTest {
  @TempDir Path temp;

  @Test
  void a_folder_appears_when_it_is_complete() throws IOException {
    Path target = temp.resolve("model");
    Files.writeString(Files.createDirectory(temp.resolve(".model.partial")).resolve("old"), "x");
    NewFolder.write(
        target,
        "models",
        folder -> {
          assertThat(target).doesNotExist();
          Files.writeString(folder.resolve("a"), "1");
        });
    assertThat(temp.toFile().list()).containsExactly("model");
    assertThat(target.toFile().list()).containsExactly("a");
  }

  @Test
  void a_failure_leaves_nothing_behind() {
    Path target = temp.resolve("model");
    assertThatThrownBy(
            () ->
                NewFolder.write(
                    target,
                    "models",
                    folder -> {
                      Files.writeString(folder.resolve("a"), "1");
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(target + ": cannot be written: disk full");
    assertThat(temp.toFile().list()).isEmpty();
  }

  @Test
  void a_name_that_is_taken_is_refused() throws IOException {
    Path target = Files.createFile(temp.resolve("adapter"));
    assertThatThrownBy(() -> NewFolder.write(target, "adapters", folder -> {}))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(target + " already exists; adapters are saved to a new folder");
    assertThat(temp.toFile().list()).containsExactly("adapter");
  }
}
