package io.github.palimpsest.api.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The version of the parent, and every other place that names it. */
class VersionTest {
  private static final Path ROOT = Path.of("..");
  private static final Pom PARENT = Pom.in(ROOT);
  private static final String VERSION = PARENT.text("version").orElseThrow();
  private static final Pattern SEMANTIC = Pattern.compile("(\\d+)[.](\\d+)[.]\\d+(-SNAPSHOT)?");

  /** From this minor version to the next one, without it. */
  private static String range() {
    Matcher m = SEMANTIC.matcher(VERSION);
    assertThat(m.matches()).as(VERSION).isTrue();
    String major = m.group(1);
    int minor = Integer.parseInt(m.group(2));
    return "[%s.%d,%s.%d)".formatted(major, minor, major, minor + 1);
  }

  private static List<Pom> examples() {
    try (Stream<Path> folders = Files.list(ROOT.resolve("runners/examples"))) {
      return folders.filter(f -> Files.exists(f.resolve("pom.xml"))).map(Pom::in).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aNewPluginStatesTheRangeOfThisVersion() {
    assertThat(PARENT.text("properties", "api.range")).hasValue(range());
  }

  @Test
  void theExamplesAreForThisVersion() {
    assertThat(examples())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            p ->
                assertThat(p.text("properties", "palimpsest.version"))
                    .as(p.artifact())
                    .hasValue(VERSION))
        .allSatisfy(
            p ->
                assertThat(p.folder().resolve("pom.xml"))
                    .content()
                    .contains("<Palimpsest-Api>" + range() + "</Palimpsest-Api>"));
  }

  @Test
  void theDocumentsNameThisVersion() {
    assertThat(Stream.of("runners/docs/install.md", "tck/README.md"))
        .allSatisfy(
            d ->
                assertThat(ROOT.resolve(d))
                    .content()
                    .contains("<version>" + VERSION + "</version>"));
  }

  @Test
  void theChangelogBeginsWithThisVersionAndHasTheLastRelease() throws IOException {
    String last = lastRelease()[0];
    List<String> headings =
        Files.readAllLines(ROOT.resolve(".github/CHANGELOG.md")).stream()
            .filter(l -> l.startsWith("## "))
            .toList();

    assertThat(headings.get(0)).startsWith("## " + VERSION.replace("-SNAPSHOT", "") + ", ");
    assertThat(headings).anyMatch(h -> h.matches("## \\Q" + last + "\\E, \\d{4}-\\d\\d-\\d\\d"));
  }

  @Test
  void theLastReleaseIsACommitAndWhatTheBuildComparesWith() throws IOException {
    String[] last = lastRelease();

    assertThat(last[0]).matches("\\d+[.]\\d+[.]\\d+").isNotEqualTo(VERSION);
    assertThat(last[1]).matches("[0-9a-f]{40}");
    assertThat(PARENT.text("properties", "compatibility.version")).hasValue(last[0]);
  }

  /** Its version and its commit. */
  private static String[] lastRelease() throws IOException {
    return Files.readAllLines(ROOT.resolve(".ci/last-release")).stream()
        .filter(l -> !l.startsWith("#"))
        .map(l -> l.split(" "))
        .findFirst()
        .orElseThrow();
  }
}
