package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The page of all techniques is what the components declare. Run with {@code -Dpage.update=true} to
 * write it again.
 */
final class TechniquePageTest {
  private static final Path RUNNERS = Path.of("..");
  private static final Path PAGE = RUNNERS.resolve("docs/techniques.md");
  private static final Path NOTES = RUNNERS.resolve("docs/technique-notes.json");
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();

  private static Map<String, List<String>> notes() throws IOException {
    return new ObjectMapper().readValue(NOTES.toFile(), new TypeReference<>() {});
  }

  @Test
  void the_page_of_techniques_is_what_the_components_declare() throws IOException {
    String written = Files.readString(PAGE);
    int table = written.indexOf("| id | kind |");
    assertThat(table).as("place of the table in " + PAGE.getFileName()).isPositive();
    String page = written.substring(0, table) + new TechniquePage(REGISTRY, notes()).text();
    if (Boolean.getBoolean("page.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).as("run this test with -Dpage.update=true").isEqualTo(page);
  }

  @Test
  void every_technique_that_is_shipped_has_a_row_and_a_section() throws IOException {
    List<String> ids = REGISTRY.all().stream().map(r -> r.provider().id().value()).toList();
    List<String> rows =
        REGISTRY.all().stream()
            .map(
                r ->
                    "| [`%1$s`](#%1$s) | %2$s |"
                        .formatted(r.provider().id(), r.provider().kind().label()))
            .toList();

    String page = Files.readString(PAGE);
    assertThat(page).contains(rows);
    assertThat(page).contains(ids.stream().map(id -> "\n### `" + id + "`\n").toList());
  }

  @Test
  void every_note_is_of_a_technique() throws IOException {
    assertThat(REGISTRY.all().stream().map(r -> r.provider().id().value()))
        .containsAll(notes().keySet());
  }
}
