package io.github.palimpsest.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.figure.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dpage.update=true} to write the page and its figures again. */
final class StudyPageTest {
  private static final Path PAPER = Path.of("..", "examples", "paper");

  @Test
  void the_page_of_the_study_is_what_the_kept_results_say() throws IOException {
    Study study = new Study(PAPER.resolve("results"));
    String reading = Files.readString(PAPER.resolve("study").resolve("reading.md"));
    String text = new StudyPage(study, reading).text();
    Map<String, Figure> figures = new StudyFigures(study).figures();
    if (Boolean.getBoolean("page.update")) {
      Files.writeString(PAPER.resolve("README.md"), text);
      for (Map.Entry<String, Figure> each : figures.entrySet()) {
        Files.writeString(PAPER.resolve(each.getKey()), each.getValue().svg());
      }
    }
    assertThat(PAPER.resolve("README.md")).content().isEqualTo(text);
    for (Map.Entry<String, Figure> each : figures.entrySet()) {
      assertThat(PAPER.resolve(each.getKey())).content().isEqualTo(each.getValue().svg());
    }
  }
}
