package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SpecTest {
  private static final Pattern RULE = Pattern.compile("\\| <a id=\"([a-z0-9-]+)\"></a>(\\S+) \\|");
  private static final Pattern QUOTED =
      Pattern.compile("\\b(?:CON|REC|SPI|OPT|REG|PAR|DAT|PPW|MET|PRB|FMT|RUN)-\\d\\d\\b");
  private static final Path DECISIONS = Path.of("decisions");

  private static List<MatchResult> rules() throws IOException {
    return RULE.matcher(Files.readString(Path.of("SPEC.md"))).results().toList();
  }

  @Test
  void everyRuleHasAnIdOfItsOwnAndAnAnchorOfThatName() throws IOException {
    assertThat(rules()).hasSizeGreaterThan(60);
    assertThat(rules()).extracting(r -> r.group(2)).doesNotHaveDuplicates();
    assertThat(rules())
        .allSatisfy(r -> assertThat(r.group(1)).isEqualTo(r.group(2).toLowerCase(Locale.ROOT)));
  }

  @Test
  void everyRuleQuotedInTheSourcesIsThere() throws IOException {
    Set<String> quoted = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src"))) {
      for (Path source : sources.filter(p -> p.toString().endsWith(".java")).toList()) {
        QUOTED.matcher(Files.readString(source)).results().forEach(m -> quoted.add(m.group()));
      }
    }

    assertThat(rules()).extracting(r -> r.group(2)).containsAll(quoted);
  }

  @Test
  void decisionsAreNumberedWithoutGapsAndListed() throws IOException {
    String index = Files.readString(DECISIONS.resolve("README.md"));
    List<String> names;
    try (Stream<Path> files = Files.list(DECISIONS)) {
      names =
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> !f.equals("README.md"))
              .sorted()
              .toList();
    }

    assertThat(names)
        .extracting(n -> n.substring(0, 4))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, names.size()).mapToObj("%04d"::formatted).toList());
    assertThat(names).allSatisfy(n -> assertThat(index).contains("(" + n + ")"));
  }
}
