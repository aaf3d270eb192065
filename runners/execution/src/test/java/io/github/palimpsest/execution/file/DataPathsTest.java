package io.github.palimpsest.execution.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.DataPaths;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.file.WrittenPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataPathsTest {
  private static final String FILE =
      """
      variables: {data: data, more: "${data}", kind: a}
      model: models/tiny
      tasks:
        - {name: named, data: "${data}/a.json", held-out: 1}
        - {name: indirect, data: "${more}/a.json", held-out: 1}
        - {name: written, data: "data/${kind}.json", held-out: 1}
      axes: {optimizer: adamw}
      seeds: [1]
      """;

  /** The folder of the experiment file. */
  @TempDir Path base;

  /** The working directory of the command. */
  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void files() throws IOException {
    file = Files.writeString(base.resolve("x.yaml"), FILE);
    for (Path folder : List.of(base, directory)) {
      Files.createDirectories(folder.resolve("data"));
      Files.createDirectories(folder.resolve("models/tiny"));
      Files.writeString(folder.resolve("data/a.json"), "[]");
    }
  }

  private Experiment read(Map<String, String> given) {
    return ExperimentFile.read(file, file, given, directory);
  }

  private static List<Path> data(Experiment e) {
    return e.tasks().stream()
        .map(t -> DataPaths.find(e, t.place(), t.data().files().get(0).written()))
        .toList();
  }

  @Test
  void paths_of_a_file_are_relative_to_its_folder_alone() {
    Experiment e = read(Map.of());
    Path own = base.resolve("data/a.json");
    assertThat(data(e)).containsExactly(own, own, own);
    assertThat(DataPaths.model(e, List.of())).isEqualTo(base.resolve("models/tiny"));
  }

  @Test
  void a_path_that_begins_with_a_value_of_the_command_line_is_relative_to_its_working_directory() {
    Experiment e = read(Map.of("data", "data", "kind", "a"));
    Path given = directory.resolve("data/a.json");
    assertThat(data(e))
        .as("of the variable, of one that begins with it, and of a path that only contains one")
        .containsExactly(given, given, base.resolve("data/a.json"));
  }

  @Test
  void a_missing_file_is_named_with_the_folder_it_was_looked_for_in() throws IOException {
    Files.delete(base.resolve("data/a.json"));
    assertThatThrownBy(() -> data(read(Map.of())))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(
            "x.yaml:4:5: 'data/a.json' does not exist: there is no '"
                + base.resolve("data/a.json")
                + "'");
  }

  @Test
  void a_file_that_is_in_the_other_folder_alone_is_not_taken_from_there_and_the_refusal_says_so()
      throws IOException {
    Files.delete(directory.resolve("data/a.json"));
    assertThatThrownBy(() -> data(read(Map.of("data", "data"))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(
            "there is no '"
                + directory.resolve("data/a.json")
                + "'. It exists in the folder of the experiment file, but paths that --set gives"
                + " are relative to the working directory of the command");
    Experiment e = read(Map.of());
    // the working directory of the tests is that of their module
    assertThatThrownBy(() -> DataPaths.find(e, e.place(), WrittenPath.of("pom.xml")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(
            "there is no '"
                + base.resolve("pom.xml")
                + "'. It exists in the working directory, but the paths of an experiment file are"
                + " relative to its folder");
  }
}
