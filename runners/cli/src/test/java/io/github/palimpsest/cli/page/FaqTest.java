package io.github.palimpsest.cli.page;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the page of questions print what it shows. */
class FaqTest {
  @TempDir Path temp;

  @TestFactory
  Stream<DynamicTest> the_commands_of_the_page_print_what_it_shows() throws IOException {
    return PageTests.of(Path.of("../docs/faq.md"), temp);
  }
}
