package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README says of the project is so. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Path PLUGINS = ROOT.resolve("api/docs/plugins.md");
  private static final Path DOCS = ROOT.resolve("runners/docs");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#: ]*)(?:#([^)]+))?\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
  private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\">");
  private static final Pattern YAML = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  private static final String TWO_TASKS =
      "runners/execution/src/test/java/io/github/palimpsest/execution/library/TwoTasks.java";

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
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
    List<String> shown =
        JAVA.matcher(readme() + Files.readString(PLUGINS)).results().map(m -> m.group(1)).toList();

    assertThat(shown).hasSize(3).anyMatch(block -> block.contains("TwoTasks"));
    assertThat(readme()).contains(TWO_TASKS);
    assertThat(shown)
        .flatExtracting(block -> List.of(block.split("\\n\\n")))
        .allSatisfy(piece -> assertThat(all).contains(piece.stripTrailing()));
  }

  @Test
  void the_experiment_that_is_shown_is_the_example() throws IOException {
    assertThat(YAML.matcher(readme()).results().map(m -> m.group(1)))
        .containsExactly(Files.readString(ROOT.resolve("runners/examples/first.yaml")));
  }

  @Test
  void the_readme_is_short() throws IOException {
    assertThat(readme().lines()).hasSizeLessThanOrEqualTo(150);
  }

  @Test
  void every_link_of_the_documents_leads_to_a_file_and_a_heading() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (Path folder :
        List.of(
            DOCS,
            DOCS.resolve("tutorials"),
            DOCS.resolve("techniques"),
            ROOT.resolve("api/docs"))) {
      try (Stream<Path> docs = Files.list(folder)) {
        docs.filter(f -> f.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    for (Path page : pages) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        assertThat(target).as("link in " + page).exists();
        if (link.group(2) != null) {
          assertThat(anchors(target))
              .as("link in " + page + " to " + target)
              .contains(link.group(2));
        }
      }
    }
  }

  /** The anchors of a page: those of its headings, as GitHub makes them, and those written out. */
  private static List<String> anchors(Path page) throws IOException {
    String text = Files.readString(page);
    List<String> anchors = new ArrayList<>();
    HEADING
        .matcher(text)
        .results()
        .map(m -> m.group(1).strip().toLowerCase(Locale.ROOT))
        .map(h -> h.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .forEach(anchors::add);
    ANCHOR.matcher(text).results().map(m -> m.group(1)).forEach(anchors::add);
    return anchors;
  }

  @Test
  void continuous_integration_runs_the_test_command() throws IOException {
    String command = "\n./mvnw -T2 verify\n";
    assertThat(readme()).contains("```" + command + "```");
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains(command);
  }
}
