package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Items lost and gained, in the page and in the tables for papers. */
class ItemsReportTest {
  private static final List<String> CHOICES = List.of("first", "second", "third");

  @TempDir Path temp;

  private Path grid() throws IOException {
    return new MadeUpGrid(List.of("adamw"), List.of("none"), 2, List.of("a"))
        .write(temp.resolve("out"));
  }

  /** The section of the page, with one recipe on the task and the set. */
  private static String section(String html) {
    int from = html.indexOf("<section id=\"items\"");
    return html.substring(from, html.indexOf("</section>", from));
  }

  private static long count(String text, String word) {
    return Pattern.compile(Pattern.quote(word)).matcher(text).results().count();
  }

  @Test
  void the_page_counts_all_flips_and_shows_at_most_five_lost_and_five_gained() throws IOException {
    Path out = grid();
    new MadeUpItems("quiz", "Number ", CHOICES, 7).write(out);
    String section = section(HtmlReport.of(out));
    // 7 of 14 items lost and 7 gained at each of 2 seeds; p = 1
    assertThat(section)
        .contains(
            "<td>quiz</td><td class=\"n\">14</td><td class=\"n\">2</td><td class=\"n\">14</td><td"
                + " class=\"n\">14</td><td class=\"n\">1.000</td>")
        .contains("after Holm over all rows of this table")
        .contains("of these trained models alone");
    assertThat(count(section, "<td>lost</td>")).isEqualTo(5);
    assertThat(count(section, "<td>gained</td>")).isEqualTo(5);
    assertThat(section)
        .contains(
            "<td>lost</td><td>Number 4</td><td>second</td><td>third</td><td>second</td>",
            "<td>gained</td><td>Number 7</td><td>first</td><td>second</td><td>second</td>")
        .doesNotContain("Number 5", "Number 12");
    String html = HtmlReport.of(out);
    assertThat(html.substring(html.indexOf("<footer")))
        .as("the page agrees with its sections on the families of its p-values")
        .contains("within an outcome if a section does not name another family");
  }

  @Test
  void names_and_texts_are_text_in_the_page_and_in_markdown() throws IOException {
    Path out = grid();
    String evil = "<script>alert(\"1\")</script> & 'x' | y\r\nz ";
    new MadeUpItems("a<b>|\"c\"&'d'", evil, List.of("<i>", "a|b", "`c` & [d](e)"), 1).write(out);
    assertThat(section(HtmlReport.of(out)))
        .contains(
            "a&lt;b&gt;|&quot;c&quot;&amp;&#x27;d&#x27;/0",
            "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;x&#x27; | y z 0",
            "<td>&lt;i&gt;</td>")
        .doesNotContain("<script", "<i>", "<b>");
    String markdown = PaperTables.of(out, PaperTables.Format.MARKDOWN);
    assertThat(markdown)
        .contains(
            "| adamw | a&lt;b>\\|\"c\"&amp;'d'/0 | lost | &lt;script>alert(\"1\")&lt;/script> &amp;"
                + " 'x' \\| y z 0 | a\\|b | \\`c\\` &amp; \\[d\\](e) | a\\|b | 2 |\n")
        .contains("| adamw | a&lt;b>\\|\"c\"&amp;'d' | 2 | 2 | 2 | 2 | 1.000 |\n");
    assertThat(PaperTables.of(out, PaperTables.Format.LATEX))
        .contains("adamw & a\\textless{}b\\textgreater{}\\textbar{}\"c\"\\&'d' & 2 & 2 & 2 & 2 &")
        .contains("Items lost and gained. Lost items are right before")
        .as("texts are too long for it")
        .doesNotContain("alert");
    assertThat(PaperTables.of(out, PaperTables.Format.ITEMS_CSV).lines())
        .hasSize(1 + 2)
        .startsWith("recipe,set,items,seeds,lost,gained,p,tests_in_family,p_holm")
        .endsWith("adamw,\"a<b>|\"\"c\"\"&'d'\",2,2,2,2,1.0,2,1.0");
  }

  @Test
  void an_earlier_folder_has_counts_without_texts_and_a_damaged_file_is_named() throws IOException {
    Path out = grid();
    Path items = new MadeUpItems("quiz", "Number ", CHOICES, 1).write(out);
    Files.writeString(items, Files.readString(items).replace("Number 1", "Number I"));
    for (String report :
        List.of(HtmlReport.of(out), PaperTables.of(out, PaperTables.Format.MARKDOWN))) {
      assertThat(report)
          .contains(items.getFileName().toString(), "is damaged", "its checksum differs")
          .doesNotContain("Number ");
    }
    Files.delete(items);
    assertThat(section(HtmlReport.of(out)))
        .contains("<td>quiz</td><td class=\"n\">2</td>", "an earlier version wrote it")
        .doesNotContain("Number ");
  }
}
