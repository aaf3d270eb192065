package io.github.palimpsest.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.page.Page.ShownCommand;
import io.github.palimpsest.cli.page.Page.WrittenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The commands of a page as tests, in order. With {@code -Dpage.update=true} the page is written
 * again with what the commands print now.
 */
final class PageTests {
  private static final boolean UPDATE = Boolean.getBoolean("page.update");
  private static final Pattern NUMBER =
      Pattern.compile("\\b[0-9a-f]{16}\\b|[-+]?\\d+([.,]\\d+)*([eE][-+]?\\d+)?");

  private static final String GONE = "\0";

  private final Page page;
  private final PageFolder folder;
  private final List<String> updated;

  private PageTests(Page page, Path folder) {
    this.page = page;
    this.folder = new PageFolder(folder);
    this.updated = new ArrayList<>(page.lines());
  }

  /** A test for each command of a page; the last one asserts that the page has commands. */
  static Stream<DynamicTest> of(Path file, Path folder) throws IOException {
    Page page = Page.read(file);
    PageTests tests = new PageTests(page, folder);
    List<DynamicTest> all = new ArrayList<>();
    for (Page.Step step : page.steps()) {
      if (step instanceof WrittenFile written) {
        all.add(DynamicTest.dynamicTest(written.name(), () -> tests.file(written)));
      } else if (step instanceof ShownCommand shown) {
        all.add(DynamicTest.dynamicTest(shown.line(), () -> tests.run(shown)));
      }
    }
    all.add(DynamicTest.dynamicTest("all of " + file.getFileName(), tests::end));
    return all.stream();
  }

  private void file(WrittenFile file) throws IOException {
    if (!file.name().endsWith(".java")) {
      folder.write(file);
      return;
    }
    List<String> made = folder.read(file.name());
    if (UPDATE) {
      replace(file.from(), file.lines().size(), made);
    } else {
      assertThat(made).as("the file %s", file.name()).isEqualTo(file.lines());
    }
  }

  private void run(ShownCommand shown) throws IOException {
    List<String> printed = folder.run(shown.line());
    boolean all = !shown.printed().contains(Page.LEFT_OUT);
    if (UPDATE && (all || shown.printed().isEmpty())) {
      replace(shown, printed);
      return;
    }
    List<String> expected =
        shown.printed().stream().filter(line -> !line.equals(Page.LEFT_OUT)).toList();
    List<String> wanted = comparable(expected, shown.measured());
    List<String> found = comparable(printed, shown.measured());
    if (all) {
      assertThat(found).as("all lines:%n%s", String.join("\n", printed)).isEqualTo(wanted);
    } else {
      assertThat(found)
          .as("among the lines:%n%s", String.join("\n", printed))
          .containsSubsequence(wanted);
    }
    if (UPDATE) {
      replaceFound(shown, printed, found);
    }
  }

  /** The lines that are shown, as they are printed now. */
  private void replaceFound(ShownCommand shown, List<String> printed, List<String> found) {
    List<String> now = new ArrayList<>();
    int next = 0;
    for (String line : shown.printed()) {
      if (!line.equals(Page.LEFT_OUT)) {
        String wanted = comparable(List.of(line), shown.measured()).get(0);
        while (!found.get(next).equals(wanted)) {
          next++;
        }
        line = printed.get(next++);
      }
      now.add(line);
    }
    replace(shown, now);
  }

  private void replace(ShownCommand shown, List<String> now) {
    if (shown.printed().isEmpty()) {
      String command = page.lines().get(shown.from() - 1);
      replace(shown.from() - 1, 1, Stream.concat(Stream.of(command), now.stream()).toList());
    } else {
      replace(shown.from(), shown.printed().size(), now);
    }
  }

  /** Keeps the number of elements of the list: the indices of later lines stay valid. */
  private void replace(int from, int count, List<String> now) {
    Collections.fill(updated.subList(from, from + count), GONE);
    updated.set(from, now.isEmpty() ? GONE : String.join("\n", now));
  }

  private void end() throws IOException {
    assertThat(page.steps()).hasSizeGreaterThan(1);
    if (UPDATE) {
      List<String> kept = updated.stream().filter(line -> !line.equals(GONE)).toList();
      Files.write(page.file(), kept);
    }
  }

  private static List<String> comparable(List<String> lines, boolean measured) {
    if (!measured) {
      return lines;
    }
    return lines.stream()
        .map(line -> NUMBER.matcher(line).replaceAll("#").replaceAll(" +", " "))
        .toList();
  }
}
