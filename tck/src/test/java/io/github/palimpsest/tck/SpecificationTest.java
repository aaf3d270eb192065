package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code api/SPEC.md} and the constants of the rules agree. */
class SpecificationTest {
  private static final Path SPECIFICATION = Path.of("..", "api", "SPEC.md");
  private static final Pattern RULE_ROW = Pattern.compile("(?m)^\\| (?:<a id=|[A-Z]+-?\\d).*$");
  private static final Pattern ID =
      Pattern.compile("((?:<a id=\"[^\"]+\"></a>)+)([A-Z]+-\\d\\d)(?: \\(([A-Z]\\d+)\\))?");
  private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\"></a>");

  /** A row of a table of rules; empty aliases for a rule that never had another id. */
  private record Row(
      List<String> anchors, String id, List<String> aliases, String level, List<String> cells) {
    static Row of(String line) {
      String[] cells = line.substring(1, line.lastIndexOf('|')).strip().split(" \\| ", -1);
      Matcher id = ID.matcher(cells[0].strip());
      assertThat(id.matches()).as(line).isTrue();
      return new Row(
          ANCHOR.matcher(id.group(1)).results().map(m -> m.group(1)).toList(),
          id.group(2),
          id.group(3) == null ? List.of() : List.of(id.group(3)),
          cells[1].split(" ")[0],
          Stream.of(cells).map(String::strip).toList());
    }

    String sentence() {
      return cells.get(2).replace("`", "");
    }

    String why() {
      return cells.get(3);
    }
  }

  private static List<Row> rows() throws IOException {
    return RULE_ROW
        .matcher(Files.readString(SPECIFICATION))
        .results()
        .map(m -> Row.of(m.group()))
        .toList();
  }

  @Test
  void every_row_of_the_specification_has_a_constant_and_every_constant_a_row() throws IOException {
    assertThat(rows()).extracting(Row::id).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    assertThat(rows())
        .extracting(Row::id)
        .containsExactlyElementsOf(Rule.all().stream().map(Rule::id).toList());
  }

  @Test
  void every_rule_stands_in_the_specification_word_for_word() throws IOException {
    for (Row row : rows()) {
      Rule rule = Rule.named(row.id()).orElseThrow();
      assertThat(row.sentence()).as(row.id()).isEqualTo(rule.text().sentence());
      assertThat(row.aliases()).as(row.id()).isEqualTo(rule.text().aliases());
      assertThat("api/SPEC.md#" + row.anchors().get(0)).isEqualTo(rule.text().link());
      if (rule.level() != Level.UNTESTED) {
        assertThat(row.level()).as("level of %s", row.id()).isEqualTo(rule.level().name());
      }
    }
  }

  @Test
  void every_rule_has_a_reason() throws IOException {
    assertThat(rows())
        .allSatisfy(r -> assertThat(r.why()).as(r.id()).endsWith(".").hasSizeGreaterThan(10));
  }

  @Test
  void the_ids_of_a_series_count_from_1_in_order_without_gaps() throws IOException {
    Map<String, List<String>> series = new LinkedHashMap<>();
    for (Row row : rows()) {
      String letters = row.id().substring(0, row.id().indexOf('-'));
      series.computeIfAbsent(letters, s -> new ArrayList<>()).add(row.id());
    }
    series.forEach(
        (letters, ids) ->
            assertThat(ids)
                .containsExactlyElementsOf(
                    IntStream.rangeClosed(1, ids.size())
                        .mapToObj(n -> String.format(Locale.ROOT, "%s-%02d", letters, n))
                        .toList()));
  }

  @Test
  void an_earlier_id_still_leads_to_its_rule_and_to_its_place() throws IOException {
    assertThat(Rule.named("O4").map(Rule::id)).contains("OPT-17");
    assertThat(Rule.named("OPT-99")).isEmpty();
    for (Row row : rows()) {
      assertThat(row.anchors())
          .as(row.id())
          .containsExactlyElementsOf(
              Stream.concat(Stream.of(row.id()), row.aliases().stream())
                  .map(id -> id.toLowerCase(Locale.ROOT))
                  .toList());
      for (String alias : row.aliases()) {
        assertThat(Rule.named(alias).map(Rule::id)).as(alias).contains(row.id());
      }
    }
  }

  @Test
  void ids_are_unique_with_their_aliases() {
    assertThat(
            Rule.all().stream()
                .flatMap(r -> Stream.concat(Stream.of(r.id()), r.text().aliases().stream())))
        .doesNotHaveDuplicates();
  }

  @Test
  void every_rule_says_where_to_look_or_why_it_is_untested() {
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
