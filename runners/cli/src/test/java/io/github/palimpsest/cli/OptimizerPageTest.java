package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The page of all optimizers is what the catalogue and the last measurement say. Run with {@code
 * -Dpage.update=true} to write it anew.
 */
final class OptimizerPageTest {
  private static final Path RUNNERS = Path.of("..");
  private static final Path PAGE = RUNNERS.resolve("OPTIMIZERS.md");
  private static final Path MEASURED = RUNNERS.resolve("optimizers-measured.json");
  private static final String HEAD =
      "| method | equation | passes | slots | base | ratio | by the clock | source |\n";

  @Test
  void the_page_of_optimizers_is_the_catalogue_with_what_was_measured() throws IOException {
    String written = Files.readString(PAGE);
    int table = written.indexOf(HEAD);
    assertThat(table).as("place of the table in " + PAGE.getFileName()).isPositive();
    String page = written.substring(0, table) + table();
    if (Boolean.getBoolean("page.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).as("run this test with -Dpage.update=true").isEqualTo(page);
  }

  @Test
  void the_readme_links_the_page() throws IOException {
    assertThat(Files.readString(Path.of("..", "..", "README.md")))
        .contains("(runners/OPTIMIZERS.md)");
  }

  private static String table() throws IOException {
    PluginRegistry registry = Plugins.onClassPath();
    Map<String, JsonNode> measured = new LinkedHashMap<>();
    new ObjectMapper()
        .readTree(MEASURED.toFile())
        .forEach(line -> measured.put(line.path("id").asText(), line));
    StringBuilder table = new StringBuilder(HEAD).append("|---|---|---|---|---|---|---|---|\n");
    registry
        .all(Kind.OPTIMIZER)
        .forEach(
            r -> {
              String id = r.provider().id().value();
              Traits traits = registry.recipe(id).optimizer().traits();
              JsonNode line = measured.get(id);
              List<String> cells =
                  List.of(
                      "`" + id + "`",
                      r.provider().equation(),
                      number(traits.cost().passesPerStep()),
                      number(DescribeCommand.slotsPerParameter(registry.recipe(id).optimizer())),
                      line == null ? "" : line.path("base").asText(),
                      line == null ? "not measured" : ratio(line, "processor_ratio"),
                      line == null ? "" : ratio(line, "ratio"),
                      String.join("; ", traits.references()));
              cells.forEach(c -> table.append("| ").append(c.replace("|", "\\|")).append(' '));
              table.append("|\n");
            });
    return table.toString();
  }

  private static String ratio(JsonNode line, String key) {
    return String.format(Locale.ROOT, "%.2f", line.path(key).asDouble());
  }

  private static String number(double value) {
    String two = String.format(Locale.ROOT, "%.2f", value);
    return two.endsWith(".00") ? two.substring(0, two.length() - 3) : two;
  }
}
