package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README says of the project is so. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  private static final String TWO_TASKS =
      "runners/execution/src/test/java/io/github/palimpsest/execution/library/TwoTasks.java";

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  @Test
  void every_technique_that_is_shipped_has_a_row() throws IOException {
    List<String> rows =
        Plugins.onClassPath().all().stream()
            .map(r -> "| `" + r.provider().id() + "` | " + r.provider().kind().label() + " |")
            .toList();

    assertThat(readme()).contains(rows);
  }

  @Test
  void the_java_that_is_shown_is_the_code_of_the_examples() throws IOException {
    List<String> sources = new ArrayList<>();
    sources.add(Files.readString(ROOT.resolve(TWO_TASKS)));
    Path example = ROOT.resolve("runners/examples/acme-optimizer/src/main/java");
    try (Stream<Path> files = Files.walk(example)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sources.add(Files.readString(file));
      }
    }
    String all = String.join("\n", sources);
    List<String> shown = JAVA.matcher(readme()).results().map(m -> m.group(1)).toList();

    assertThat(shown).hasSizeGreaterThan(1).anyMatch(block -> block.contains("TwoTasks"));
    assertThat(readme()).contains(TWO_TASKS);
    assertThat(shown)
        .flatExtracting(block -> List.of(block.split("\\n\\n")))
        .allSatisfy(piece -> assertThat(all).contains(piece.stripTrailing()));
  }

  @Test
  void continuous_integration_runs_the_test_command() throws IOException {
    String command = "\n./mvnw verify\n";
    assertThat(readme()).contains("```" + command + "```");
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains(command);
  }
}
