package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
  void markdown_escapes_bars_and_latex_its_commands() throws IOException {
    Path out = grid("a|b_{c}%");
    String markdown = PaperTables.of(out, PaperTables.Format.MARKDOWN);
    assertThat(markdown)
        .contains("| recipe | seeds | average-score | forgetting |", "a\\|b\\_{c}%");
    assertThat(markdown.lines().filter(l -> l.startsWith("| adamw |"))).hasSize(1);
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
