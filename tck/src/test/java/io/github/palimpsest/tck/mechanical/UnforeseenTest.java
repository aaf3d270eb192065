package io.github.palimpsest.tck.mechanical;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.Verdict;
import io.github.palimpsest.tck.checks.Checks;
import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plugins that were certified when they were written are refused by the rule that sees them now.
 */
@Tag("native")
class UnforeseenTest {
  private static final Path SOURCES = Path.of("src/test/resources/plugins");
  private static final String PLUGIN = "org.acme.plugins.Unforeseen";

  @TempDir static Path folder;
  private static Path jar = Path.of("none");
  private static List<Provider<?>> providers = List.of();
  private static URLClassLoader loader;

  @BeforeAll
  static void pack() throws IOException, ReflectiveOperationException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      List<Path> sources =
          files
              .filter(f -> f.getFileName().toString().matches("(Acme|Unforeseen)\\w*\\.java"))
              .sorted()
              .toList();
      Path classes = folder.resolve("classes");
      PluginFolder plugin = PluginFolder.compiled(sources, classes, PLUGIN);
      jar = PluginFiles.pack(classes, folder.resolve("unforeseen.jar"));
      loader =
          new URLClassLoader(new URL[] {jar.toUri().toURL()}, PluginFolder.class.getClassLoader());
      providers = plugin.providers(loader);
    }
  }

  @AfterAll
  static void close() throws IOException {
    loader.close();
  }

  static Stream<Unforeseen> seen() throws IOException {
    return Unforeseen.all().stream().filter(u -> !u.rule().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("seen")
  void each_is_refused_by_its_rule_with_an_explanation(Unforeseen unforeseen) {
    Subject<?> found = subject(unforeseen.id());
    try (Checks checks = Checks.of(found)) {
      Verdict verdict =
          checks.all().stream()
              .filter(c -> c.rule().id().equals(unforeseen.rule()))
              .findFirst()
              .orElseThrow()
              .run(found.toString());
      assertThat(verdict.outcome())
          .as("%s: %s", unforeseen, verdict.text())
          .isIn(EnumSet.of(Outcome.FAILED, Outcome.WARNED));
      assertThat(verdict.explained()).as(verdict.text()).isTrue();
      assertThat(verdict.text()).contains(verdict.rule().text().lookAt());
    }
  }

  @Test
  void the_table_has_all_of_them() throws IOException {
    assertThat(Unforeseen.all())
        .extracting(Unforeseen::id)
        .containsExactlyInAnyOrderElementsOf(providers.stream().map(p -> p.id().value()).toList());
  }

  private static Subject<?> subject(String id) {
    Provider<?> provider =
        providers.stream().filter(p -> p.id().value().equals(id)).findFirst().orElseThrow();
    Subject<?> own = Subject.of(provider);
    return new Subject<>(
        provider, new TreeMap<>(), own.components(), new PluginOrigin(PLUGIN, "1", jar), 1);
  }
}
