package io.github.palimpsest.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * There is a page for each kind of plugin. Its component is the file that its command makes, which
 * {@code NewPluginTest} compiles, certifies and runs for every kind.
 */
class PluginPagesTest {
  private static final Path PAGES = Path.of("../../api/docs");

  @TempDir Path temp;

  @TestFactory
  Stream<DynamicContainer> the_component_of_each_page_is_what_its_command_makes()
      throws IOException {
    Stream.Builder<DynamicContainer> all = Stream.builder();
    for (Kind kind : Kind.values()) {
      Path page = PAGES.resolve(kind.label() + ".md");
      assertThat(page).content().contains("--kind " + kind.label() + " ");
      all.add(DynamicContainer.dynamicContainer(kind.label(), PageTests.of(page, temp)));
    }
    return all.build();
  }

  @Test
  void the_first_page_names_the_page_of_each_kind() throws IOException {
    String first = Files.readString(PAGES.resolve("plugins.md"));
    for (Kind kind : Kind.values()) {
      assertThat(first).contains("(" + kind.label() + ".md)");
    }
  }
}
