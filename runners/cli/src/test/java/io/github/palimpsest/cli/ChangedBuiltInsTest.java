package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every built-in component is changed mechanically by {@code tck/mutants.sh}, or is left out with a
 * reason.
 */
class ChangedBuiltInsTest {
  private static final Path LISTS = Path.of("../../tck/src/test/resources/mechanical");

  private static Set<String> first(String file) throws IOException {
    try (Stream<String> lines = Files.lines(LISTS.resolve(file))) {
      return lines.map(l -> l.substring(0, l.indexOf('\t'))).collect(Collectors.toSet());
    }
  }

  private static List<String> builtIns() {
    return Plugins.onClassPath().all().stream().map(r -> r.provider().id().value()).toList();
  }

  @Test
  void each_built_in_is_changed_or_left_out_with_a_reason() throws IOException {
    Set<String> known = new TreeSet<>(first("left-out.tsv"));
    known.addAll(first("changes.tsv"));
    assertThat(builtIns())
        .as("add it to Reference and run tck/mutants.sh, or to left-out.tsv with a reason")
        .hasSizeGreaterThan(100)
        .allSatisfy(id -> assertThat(known).contains(id));
  }

  @Test
  void nothing_is_left_out_that_is_not_there() throws IOException {
    assertThat(first("left-out.tsv")).filteredOn(Predicate.not(builtIns()::contains)).isEmpty();
  }
}
