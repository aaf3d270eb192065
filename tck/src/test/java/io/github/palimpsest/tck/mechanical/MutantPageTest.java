package io.github.palimpsest.tck.mechanical;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The page of mutants is what the files of the tests say; {@code -Dmutants.update=true} writes it.
 */
class MutantPageTest {
  private static final Path PAGE = Path.of("mutants.md");
  private static final double LEAST = 0.85;

  @Test
  void the_page_says_what_was_tried() throws IOException {
    String text = MutantPage.read().text();
    if (Boolean.getBoolean("mutants.update")) {
      Files.writeString(PAGE, text);
    }
    assertThat(Files.readString(PAGE)).as("tck/mutants.sh writes it again").isEqualTo(text);
  }

  @Test
  void most_mechanical_changes_are_noticed_and_each_survivor_has_a_reason() throws IOException {
    Changes changes = Changes.read();
    assertThat(changes.score()).isGreaterThanOrEqualTo(LEAST);
    assertThat(changes.survivors()).allSatisfy(c -> assertThat(changes.reason(c)).isPresent());
    assertThat(changes.reasons())
        .as("reasons for changes that do not survive")
        .allSatisfy(r -> assertThat(changes.survivors()).anyMatch(r::covers));
  }

  @Test
  void every_change_is_of_a_known_component_and_every_component_has_changes() throws IOException {
    assertThat(Changes.read().all().stream().map(Change::component).distinct())
        .as("tck/mutants.sh COMPONENT tries one")
        .containsExactlyInAnyOrderElementsOf(
            Reference.all().stream().map(Reference::component).toList());
  }

  @Test
  void what_is_left_out_has_a_reason_and_is_not_changed() throws IOException {
    assertThat(LeftOut.all()).allSatisfy(l -> assertThat(l.why()).as(l.component()).isNotBlank());
    assertThat(LeftOut.all())
        .extracting(LeftOut::component)
        .isSorted()
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(Reference.all().stream().map(Reference::component).toList());
  }
}
