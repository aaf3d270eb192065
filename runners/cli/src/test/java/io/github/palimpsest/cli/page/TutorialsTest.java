package io.github.palimpsest.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the tutorials print what the pages show. The pages are read in the order of their
 * numbers, in one folder, as a reader would.
 */
@Tag("native")
class TutorialsTest {
  private static final Path PAGES = Path.of("../docs/tutorials");
  private static final String INDEX = "README.md";

  @TempDir Path temp;

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files.filter(f -> !f.endsWith(INDEX)).sorted().toList();
    }
  }

  @TestFactory
  Stream<DynamicContainer> the_commands_of_each_page_print_what_it_shows() throws IOException {
    Stream.Builder<DynamicContainer> all = Stream.builder();
    for (Path page : pages()) {
      all.add(
          DynamicContainer.dynamicContainer(
              page.getFileName().toString(), PageTests.of(page, temp)));
    }
    return all.build();
  }

  @Test
  void the_index_names_every_page() throws IOException {
    String index = Files.readString(PAGES.resolve(INDEX));
    assertThat(pages())
        .hasSizeGreaterThan(5)
        .allSatisfy(page -> assertThat(index).contains("(" + page.getFileName() + ")"));
  }
}
