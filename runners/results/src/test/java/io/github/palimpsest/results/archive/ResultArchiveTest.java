package io.github.palimpsest.results.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.results.folder.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultArchiveTest {
  private static final String RESULT =
      """
      {"id": "a1", "inputs": {"task.1.data": "d", "device": "cpu"}, "metrics": {"forgetting": 0.1},
       "rows": [{"facts": {"value": 1.5, "per_example": [1.0, 2.0]}}]}""";

  @TempDir Path temp;

  private Path folder() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("out"));
    Files.writeString(
        folder.resolve("plan.json"), "{\"experiment\": \"e\", \"cells\": [], \"excluded\": []}");
    for (String cell : List.of("b2", "a1")) {
      Path file = folder.resolve("cells").resolve(cell).resolve("result.json");
      Files.createDirectories(file.getParent());
      Files.writeString(file, RESULT.replace("a1", cell));
    }
    Path state = folder.resolve("stages/s1/task.checkpoint");
    Files.createDirectories(state.getParent());
    Files.writeString(state, "weights");
    return folder;
  }

  private Path written(String text) throws IOException {
    return Files.writeString(temp.resolve("archive.json"), text);
  }

  @Test
  void an_archive_has_a_line_for_each_cell_in_the_order_of_ids_and_what_cells_share_once()
      throws IOException {
    Path archive = temp.resolve("archive.json");
    ResultArchive.write(folder(), archive);
    List<String> lines = Files.readAllLines(archive);
    assertThat(lines.get(2)).startsWith("  \"cells/a1/result.json\": {").contains("\"forgetting\"");
    assertThat(lines.get(3)).startsWith("  \"cells/b2/result.json\": {");
    assertThat(lines).filteredOn(l -> l.contains("task.1.data")).hasSize(1);
    assertThat(archive).content().doesNotContain("per_example", "checkpoint", "weights");
  }

  @Test
  void an_opened_archive_is_the_folder_without_examples_and_states_and_is_gone_after_it()
      throws IOException {
    Path archive = temp.resolve("archive.json");
    ResultArchive.write(folder(), archive);
    Path opened;
    try (ResultArchive results = ResultArchive.open(archive)) {
      opened = results.folder();
      assertThat(JsonFile.read(opened.resolve("cells/b2/result.json")).toString())
          .isEqualTo(
              "{\"id\":\"b2\",\"inputs\":{\"task.1.data\":\"d\",\"device\":\"cpu\"},"
                  + "\"metrics\":{\"forgetting\":0.1}}");
      assertThat(opened.resolve("stages")).doesNotExist();
    }
    assertThat(opened).doesNotExist();
  }

  @Test
  void a_folder_is_opened_in_its_place_and_stays() throws IOException {
    Path folder = folder();
    try (ResultArchive results = ResultArchive.open(folder)) {
      assertThat(results.folder()).isEqualTo(folder);
    }
    assertThat(folder.resolve("plan.json")).exists();
  }

  @Test
  void a_file_that_is_no_archive_is_refused_with_the_reason() throws IOException {
    Map<String, String> reasons =
        Map.of(
            "no JSON", "it is not JSON",
            "{\"format\": 1}", "it is no archive of results",
            "[1]", "it is no archive of results",
            "{\"format\": 2, \"files\": {}}", "later version",
            "{\"format\": 1, \"files\": {\"../x.json\": {}}}", "'../x.json' is no file of results",
            "{\"format\": 1, \"files\": {\"x.json\": 3}}", "'x.json' is no file of results",
            "{\"format\": 1, \"files\": {\"x.json\": {\"inputs\": {\"shared\": \"ab\"}}}}",
                "the shared value \"ab\" is missing");
    for (Map.Entry<String, String> each : reasons.entrySet()) {
      Path file = written(each.getKey());
      assertThatThrownBy(() -> ResultArchive.open(file))
          .hasMessageContainingAll("archive.json", each.getValue());
    }
    assertThat(temp.resolve("x.json")).doesNotExist();
  }
}
