package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.text.ReportText;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  @TempDir Path temp;

  @Test
  void equal_folders_give_equal_bytes_and_the_file_names_no_address() throws IOException {
    String one = HtmlReport.of(MadeUpGrid.small().write(temp.resolve("one")));
    String two = HtmlReport.of(MadeUpGrid.small().write(temp.resolve("two")));
    assertThat(two.equals(one)).as("equal bytes").isTrue();
    assertThat(one.substring(0, one.indexOf("<script")))
        .contains("default-src &#x27;none&#x27;")
        .doesNotContain(" src=", "<link", "@import", "url(");
  }

  @Test
  void every_section_is_there_and_what_was_left_out_has_its_reason() throws IOException {
    String html = HtmlReport.of(MadeUpGrid.small().write(temp.resolve("out")));
    assertThat(html)
        .contains(
            List.of(
                "What was asked",
                "optimizer=sam &amp; adapter=lora",
                "The answer",
                "Of 6 recipes,",
                "Score matrices",
                "Main effects on forgetting",
                "Learn and retain",
                "The objective over training",
                "Sam-gap(rho=0.1), gap, 64 examples, after facts, against forgetting of facts over"
                    + " reversing",
                "fewer than 20 independent runs: neither an interval nor a p-value (6 runs)",
                "Probes at the final weights: they describe, and predict nothing",
                "sam-gap(rho=0.1), gap, on sorting",
                "this project&#x27;s definitions",
                "Contour and surface of the loss for adamw",
                "What would change it",
                "palimpsest run &#x27;made up.yaml&#x27; --set shared=../shared --cell"
                    + " 00000000abcdef00 --out again-00000000abcdef00"));
  }

  @Test
  void what_was_asked_is_in_the_plan_whatever_has_finished() throws IOException {
    Path out = MadeUpGrid.small().write(temp.resolve("out"));
    JsonNode plan = new ObjectMapper().readTree(out.resolve("plan.json").toFile());
    for (JsonNode cell : plan.path("cells")) {
      if (cell.at("/levels/optimizer").asText().startsWith("sam")) {
        Files.delete(out.resolve("cells").resolve(cell.path("id").asText()).resolve("result.json"));
      }
    }
    assertThat(HtmlReport.of(out))
        .contains("2 levels of optimizer, 3 levels of strategy")
        .contains("No finished cell has optimizer sam(base=adamw(lr=0.001), rho=0.05)")
        .contains("<dt>recipes</dt><dd>6</dd>");
  }

  @Test
  void a_design_that_takes_a_part_of_the_grid_says_which() throws IOException {
    Path out = MadeUpGrid.small().write(temp.resolve("out"));
    Path file = out.resolve("plan.json");
    ObjectNode plan = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    ObjectNode design = plan.putObject("design").put("text", "half fraction, I = ABC");
    design.put("left_out", 4).putArray("aliases").add("optimizer + strategy x <adapter>");
    MadeUpGrid.write(file, plan);
    assertThat(HtmlReport.of(out))
        .contains(
            "by some combinations of 2 levels of optimizer, 3 levels of strategy",
            "Half fraction, I = ABC; 4 combinations left out.",
            "optimizer + strategy x &lt;adapter&gt;");
  }

  @Test
  void a_fraction_names_what_it_cannot_tell_apart_where_its_effects_are_told() throws IOException {
    Path out =
        new MadeUpGrid(List.of("adamw", "sam"), List.of("none", "ewc"), 3, List.of("a", "b"))
            .write(temp.resolve("out"));
    Path file = out.resolve("plan.json");
    ObjectNode plan = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    for (JsonNode cell : plan.path("cells")) {
      ObjectNode levels = (ObjectNode) cell.path("levels");
      boolean sam = levels.path("optimizer").asText().equals("sam");
      boolean ewc = levels.path("strategy").asText().equals("ewc");
      levels.put("adapter", sam == ewc ? "none" : "lora"); // half of 2 x 2 x 2
    }
    ObjectNode design = plan.putObject("design").put("text", "half fraction").put("left_out", 4);
    design.putArray("aliases").add("optimizer = strategy x adapter").add("strategy = x");
    MadeUpGrid.write(file, plan);
    String told = "his fraction cannot tell apart optimizer = strategy x adapter; strategy = x: ";
    assertThat(ReportText.of(Results.of(out))).contains("as if axes did not interact", "T" + told);
    assertThat(HtmlReport.of(out)).contains("T" + told);
    for (PaperTables.Format format :
        List.of(PaperTables.Format.MARKDOWN, PaperTables.Format.LATEX)) {
      assertThat(PaperTables.of(out, format)).contains("T" + told);
    }
    assertThat(Results.of(out).json().path("analysis").path("aliases"))
        .extracting(JsonNode::asText)
        .containsExactly("optimizer = strategy x adapter", "strategy = x");
  }

  @Test
  void every_recipe_is_compared_with_the_first_one_example_by_example() throws IOException {
    for (int seeds : List.of(4, 5)) {
      Path out =
          new MadeUpGrid(List.of("adamw", "sam"), List.of("none"), seeds, List.of("a"))
              .write(temp.resolve("seeds-" + seeds));
      String html = HtmlReport.of(out);
      int from = html.indexOf("<section id=\"examples\"");
      String section = html.substring(from, html.indexOf("</section>", from));
      assertThat(section).contains("Example by example against adamw", "<td>a</td>");
      JsonNode row = Results.of(out).json().at("/examples/0");
      assertThat(row.path("set").asText()).isEqualTo("a");
      JsonNode bootstrap = row.path("bootstrap");
      if (seeds < 5) {
        assertThat(bootstrap.isNull()).isTrue();
        assertThat(section).contains("With fewer than five seeds there is no bootstrap");
      } else {
        assertThat(section)
            .contains(
                Numbers.of(bootstrap.path(0).asDouble())
                    + " to "
                    + Numbers.of(bootstrap.path(1).asDouble()),
                "Bootstrap: seeds are drawn, then examples")
            .doesNotContain("no bootstrap");
      }
    }
  }

  @Test
  void a_mean_of_some_of_the_seeds_says_of_how_many_in_every_form() throws IOException {
    Path out =
        new MadeUpGrid(List.of("adamw", "sam"), List.of("none"), 3, List.of("a", "b"))
            .write(temp.resolve("out"));
    JsonNode cell =
        new ObjectMapper().readTree(out.resolve("plan.json").toFile()).path("cells").get(0);
    Path file = out.resolve("cells").resolve(cell.path("id").asText()).resolve("result.json");
    ObjectNode result = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    ((ObjectNode) result.path("metrics")).put("forgetting", "NaN");
    MadeUpGrid.write(file, result);
    String told =
        "orgetting of adamw is of 2 of 3 seeds: it is not defined in 1 cell, "
            + cell.path("id").asText();
    assertThat(ReportText.of(Results.of(out))).contains(" (n=2)", told).doesNotContain("(n=3)");
    assertThat(HtmlReport.of(out)).contains(" (n=2)</td>", told);
    for (PaperTables.Format format :
        List.of(PaperTables.Format.MARKDOWN, PaperTables.Format.LATEX)) {
      assertThat(PaperTables.of(out, format)).contains(" (n=2)", told);
    }
  }

  @Test
  void twenty_independent_runs_carry_an_interval_in_the_page_and_in_the_tables()
      throws IOException {
    Path out =
        new MadeUpGrid(List.of("adamw", "sam"), List.of("none", "ewc"), 10, List.of("a", "b"))
            .write(temp.resolve("out"));
    assertThat(HtmlReport.of(out))
        .contains("(partial rank correlation ", "; 20 runs of 2 recipes)")
        .contains("with fewer than 5 recipes the test rests on the seeds within them")
        .doesNotContain("fewer than 20 independent runs");
    for (PaperTables.Format format :
        List.of(PaperTables.Format.MARKDOWN, PaperTables.Format.LATEX)) {
      assertThat(PaperTables.of(out, format))
          .contains("Probes before the next task, against the forgetting that followed.")
          .contains("Runs are independent: cells that share their first task are one run")
          .contains("with fewer than 5 recipes the test rests on the seeds within them");
    }
  }

  @Test
  void marks_and_drawings_stand_in_the_order_of_the_plan() throws IOException {
    String html = HtmlReport.of(MadeUpGrid.small().write(temp.resolve("out")));
    List<String> drawn =
        Pattern.compile("<figcaption>([^<]*), seed 1<")
            .matcher(html)
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(drawn)
        .containsExactly(
            "adamw(lr=0.001)",
            "adamw(lr=0.001) + ewc(lambda=100)",
            "sam(base=adamw(lr=0.001), rho=0.05)",
            "sam(base=adamw(lr=0.001), rho=0.05) + ewc(lambda=100)");
  }

  @Test
  void a_folder_without_results_says_so() throws IOException {
    Path out = temp.resolve("empty");
    Files.createDirectories(out.resolve("cells"));
    MadeUpGrid.write(
        out.resolve("plan.json"), new ObjectMapper().createObjectNode().put("experiment", "<e>"));
    assertThat(HtmlReport.of(out)).contains("<h1>&lt;e&gt;</h1>", "No cell has finished yet.");
    assertThatThrownBy(() -> HtmlReport.of(temp.resolve("none")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("is not an output folder");
  }

  @Test
  void words_of_a_command_are_quoted_as_a_shell_needs_it() {
    assertThat(ShellWord.of("a.yaml")).isEqualTo("a.yaml");
    assertThat(ShellWord.of("it's $x")).isEqualTo("'it'\\''s $x'");
  }
}
