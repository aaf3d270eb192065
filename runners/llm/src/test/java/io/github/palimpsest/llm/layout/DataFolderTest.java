package io.github.palimpsest.llm.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path folder;

  private void with(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(folder.resolve(name), "x");
    }
  }

  @Test
  void the_files_of_a_folder_are_its_data_files_by_name() throws IOException {
    with("b.jsonl.gz", "a.jsonl", "README.md", ".hidden.jsonl", "_old.jsonl", "state.json");
    assertThat(DataFolder.files(folder))
        .containsExactly(folder.resolve("a.jsonl"), folder.resolve("b.jsonl.gz"));
  }

  @Test
  void a_folder_with_files_of_several_kinds_or_parts_is_refused() throws IOException {
    assertThatThrownBy(() -> DataFolder.files(folder)).hasMessageContaining("has no data file");
    Files.createDirectory(folder.resolve("data"));
    assertThatThrownBy(() -> DataFolder.files(folder))
        .hasMessageContaining("its folders are not read: data");
    with("train-0.parquet", "train-1.parquet");
    assertThat(DataFolder.files(folder)).hasSize(2);
    with("test-0.parquet");
    assertThatThrownBy(() -> DataFolder.files(folder))
        .hasMessageContaining("for training and for evaluation, such as 'test-0.parquet'");
    with("a.csv");
    assertThatThrownBy(() -> DataFolder.files(folder))
        .hasMessageContaining("several kinds, .csv, .parquet; name the files");
  }
}
