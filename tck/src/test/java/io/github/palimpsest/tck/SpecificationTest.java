package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SpecificationTest {
  private static final Path SPECIFICATION = Path.of("..", "api", "SPEC.md");

  @Test
  void every_rule_stands_in_the_specification_word_for_word() throws IOException {
    String specification = Files.readString(SPECIFICATION);
    for (Rule rule : Rule.all()) {
      Matcher row =
          Pattern.compile(
                  "\\| <a id=\"(\\S+)\"></a>"
                      + Pattern.quote(rule.id())
                      + " \\| (\\S+)[^|]* \\| ([^|]*) \\|")
              .matcher(specification);
      assertThat(row.find()).as("%s is in SPEC.md", rule.id()).isTrue();
      assertThat("api/SPEC.md#" + row.group(1)).isEqualTo(rule.text().link());
      assertThat(row.group(3).replace("`", "")).as(rule.id()).isEqualTo(rule.text().sentence());
      if (rule.level() != Level.UNTESTED) {
        assertThat(row.group(2)).as("level of %s", rule.id()).isEqualTo(rule.level().name());
      }
    }
  }

  @Test
  void ids_are_unique_and_every_rule_says_where_to_look_or_why_it_is_untested() {
    assertThat(Rule.all()).extracting(Rule::id).doesNotHaveDuplicates();
    assertThat(Rule.all())
        .allSatisfy(
            r -> {
              boolean tested = r.level() != Level.UNTESTED;
              assertThat(r.text().lookAt().isBlank()).as(r.id()).isEqualTo(!tested);
              assertThat(r.text().note().isBlank())
                  .as(r.id())
                  .isEqualTo(tested && r.level() != Level.STATISTICAL);
            });
  }
}
