package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.results.text.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaperTablesTest {
  @TempDir Path temp;

  private Path grid(String strategy) throws IOException {
    return new MadeUpGrid(List.of("adamw", "sam"), List.of("none", strategy), 2, List.of("a", "b"))
        .write(temp.resolve("out"));
  }

  @Test
  void csv_has_a_row_a_cell_and_quotes_what_a_spreadsheet_would_misread() throws IOException {
    List<String> lines =
        PaperTables.of(grid("=x(\"a\", b)"), PaperTables.Format.CSV).lines().toList();
    assertThat(lines).as("a head and 2 x 2 recipes with 2 seeds").hasSize(1 + 8);
    assertThat(lines.get(0))
        .isEqualTo(
            "cell,recipe,seed,optimizer,strategy,average-score,forgetting,learned,retained,passes");
    assertThat(lines.get(3)).contains("\"adamw + =x(\"\"a\"\", b)\"", "\"'=x(\"\"a\"\", b)\"");
  }

  @Test
  void the_table_of_effects_has_the_rows_and_values_of_the_json_report() throws IOException {
    Path out = grid("ewc");
    List<String> lines = PaperTables.of(out, PaperTables.Format.EFFECTS_CSV).lines().toList();
    List<String> head = List.of(lines.get(0).split(",", -1));
    int row = 1;
    for (JsonNode outcome : Results.of(out).json().path("effects")) {
      for (JsonNode effect : outcome.path("effects")) {
        List<String> fields = List.of(lines.get(row++).split(",", -1));
        assertThat(fields.get(head.indexOf("outcome"))).isEqualTo(outcome.path("outcome").asText());
        for (Map.Entry<String, JsonNode> value : effect.properties()) {
          String field = fields.get(head.indexOf(value.getKey()));
          if (value.getValue().isArray()) {
            assertThat(field.split(";")).hasSize(2);
            assertThat(Double.parseDouble(field.split(";")[1]))
                .isEqualTo(value.getValue().get(1).asDouble());
          } else {
            assertThat(field)
                .as(value.getKey())
                .isEqualTo(value.getValue().isNull() ? "" : value.getValue().asText());
          }
        }
      }
    }
    assertThat(lines).as("2 outcomes, 2 main effects and an interaction").hasSize(row).hasSize(7);
    assertThat(lines.get(1)).as("two seeds carry no interval").contains(",listed,").contains(",,");
    assertThat(lines.get(4)).startsWith("forgetting,").contains(",true,untested,2,listed,");
  }

  @Test
  void an_outcome_without_effects_has_a_row_that_says_why() throws IOException {
    Path one =
        new MadeUpGrid(List.of("adamw"), List.of("none"), 2, List.of("a")).write(temp.resolve("1"));
    assertThat(PaperTables.of(one, PaperTables.Format.EFFECTS_CSV).lines())
        .hasSize(1 + 2)
        .last()
        .asString()
        .startsWith("forgetting,,false,none,")
        .endsWith(",no axis has two levels");
  }

  @Test
  void markdown_escapes_bars_and_latex_its_commands() throws IOException {
    Path out = grid("a|b_{c}%");
    String markdown = PaperTables.of(out, PaperTables.Format.MARKDOWN);
    assertThat(markdown)
        .contains(
            "| recipe | seeds | average-score (share; higher is better) | forgetting (share; lower is"
                + " better) |",
            "a\\|b\\_{c}%");
    assertThat(markdown.lines().filter(l -> l.startsWith("| adamw | 2 |")))
        .as("its row among the recipes, with 2 seeds")
        .hasSize(1);
    assertThat(markdown).contains("fewer than 20 independent runs: neither an interval nor a p");
    String latex = PaperTables.of(out, PaperTables.Format.LATEX);
    assertThat(latex)
        .contains("\\toprule", "\\bottomrule", "a\\textbar{}b\\_\\{c\\}\\%", " $\\pm$ ")
        .doesNotContain("_{");
    assertThat(PaperTables.markdown("[a](b) *c* `d` ~~e~~ <i>&lt;\n# f"))
        .isEqualTo("\\[a\\](b) \\*c\\* \\`d\\` \\~\\~e\\~\\~ &lt;i>&amp;lt; # f");
    assertThat(PaperTables.latex("[1]\n|x|")).isEqualTo("{[}1] \\textbar{}x\\textbar{}");
    assertThat(PaperTables.latex("a\u001b[2J"))
        .as("an escape sequence")
        .isEqualTo("a\\textbackslash{}u001b{[}2J");
    assertThat(PaperTables.latex("\\~^<&"))
        .isEqualTo("\\textbackslash{}\\textasciitilde{}\\textasciicircum{}\\textless{}\\&");
  }
}
