package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.text.ReportText;
import io.github.palimpsest.results.text.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes at equal loss in every form of a report, from a folder that was written by hand. */
class EqualLossReportTest {
  private static final List<String> TASKS = List.of("a", "b");
  @TempDir Path temp;

  /**
   * At half of the stage and at its end, adamw has a loss of 2 and 1 and has forgotten 0.3 and 0.5;
   * sam has a loss of 3 and 2 and has forgotten 0.2 and 0.35 + 0.05 seed.
   */
  private static final MadeUpPoints.Course COURSE =
      new MadeUpPoints.Course() {
        @Override
        public double loss(int recipe, long seed, double part) {
          return part == 0 ? 4 : part == 0.5 ? 2 + recipe : 1 + recipe;
        }

        @Override
        public double forgotten(int recipe, long seed, double part) {
          double end = recipe == 0 ? 0.5 : 0.35 + 0.05 * seed;
          return part == 0 ? 0 : part == 0.5 ? 0.3 - 0.1 * recipe : end;
        }
      };

  private Path folder(int seeds) throws IOException {
    Path out =
        new MadeUpGrid(List.of("adamw", "sam"), List.of("none"), seeds, TASKS)
            .write(temp.resolve("out"));
    return new MadeUpPoints(TASKS, 2, COURSE).write(out);
  }

  @Test
  void json_has_the_curves_and_the_differences_at_equal_steps_passes_and_loss() throws IOException {
    JsonNode all = Results.of(folder(3)).json().path("equal_loss");
    assertThat(all.findValuesAsText("outcome")).containsExactly("forgetting", "forgetting of loss");
    JsonNode forgetting = all.get(0);
    assertThat(forgetting.path("curves")).as("2 recipes, 3 seeds").hasSize(6);
    JsonNode comparisons = forgetting.path("comparisons");
    assertThat(comparisons.findValuesAsText("at_equal")).containsExactly("steps", "passes", "loss");
    double seeds = (1 + 2 + 3) / 3.0;
    assertThat(comparisons.get(0).path("estimate").asDouble())
        .as("at the end: less forgotten")
        .isCloseTo(0.35 + 0.05 * seeds - 0.5, within(1e-12));
    assertThat(comparisons.get(1).path("estimate").asDouble())
        .as("sam takes two passes a step: after half of its steps")
        .isCloseTo(0.2 - 0.5, within(1e-12));
    JsonNode loss = comparisons.get(2);
    assertThat(loss.path("estimate").asDouble())
        .as("at a loss of 2: more forgotten")
        .isCloseTo(0.35 + 0.05 * seeds - 0.3, within(1e-12));
    assertThat(loss.at("/by_seed/0/matched").asDouble()).isEqualTo(2);
    assertThat(loss.path("low").isNumber()).as("three seeds carry an interval").isTrue();
    assertThat(loss.path("verdict").asText()).isEqualTo("exploratory");
    assertThat(all.at("/1/comparisons/2/estimate").asDouble())
        .as("the loss of a is 1 + 2 x forgotten")
        .isCloseTo(2 * (0.35 + 0.05 * seeds - 0.3), within(1e-12));
  }

  @Test
  void text_lists_the_difference_of_each_of_two_seeds() throws IOException {
    String text = ReportText.of(Results.of(folder(2)));
    assertThat(text)
        .contains("Forgetting against adamw at equal steps, passes and loss of b; exploratory");
    assertThat(text.lines().filter(l -> l.contains("sam     loss")).findFirst().orElseThrow())
        .as("0.40 - 0.30 and 0.45 - 0.30, without an interval")
        .matches("sam +loss +2.000 +2 +0 +\\+0.125 +- +- +- +\\+0.100, \\+0.150");
    assertThat(text)
        .contains("At equal loss: at each seed both recipes are read where the loss")
        .contains("Two seeds carry neither an interval nor a p-value");
  }

  @Test
  void tables_and_the_page_have_the_same_numbers() throws IOException {
    Path out = folder(2);
    String csv = PaperTables.of(out, PaperTables.Format.CSV);
    assertThat(csv.lines().findFirst().orElseThrow())
        .endsWith(
            "passes,matched loss of forgetting,forgetting at matched loss,forgetting of the first"
                + " recipe at matched loss,matched loss of forgetting of loss,forgetting of loss at"
                + " matched loss,forgetting of loss of the first recipe at matched loss");
    assertThat(csv.lines().filter(l -> l.contains(",adamw,")))
        .as("the first recipe is compared with none")
        .allSatisfy(l -> assertThat(l).endsWith(",,,,,,"));
    assertThat(csv.lines().filter(l -> l.contains(",sam,1,")))
        .singleElement()
        .asString()
        .containsPattern(",2.0,0\\.4\\d*,0\\.(3|29999)\\d*,2.0,");
    assertThat(PaperTables.of(out, PaperTables.Format.MARKDOWN))
        .contains(
            "| forgetting (share; lower is better) | sam | adamw | loss | 2.000 | 2 | 0 | +0.125 | – |"
                + " – | – | +0.100,");
    assertThat(PaperTables.of(out, PaperTables.Format.LATEX))
        .contains(
            "forgetting (share, $\\downarrow$) & sam & adamw & loss & 2.000 & 2 & 0 & +0.125");
    assertThat(HtmlReport.of(out))
        .contains(
            "At equal loss",
            "\"kind\":\"learnforget\"",
            "Forgetting while b is learned",
            "Two seeds carry neither an interval nor a p-value");
  }

  @Test
  void a_recipe_with_a_merger_is_left_out_by_name() throws IOException {
    Path out = folder(2);
    ObjectMapper json = new ObjectMapper();
    for (JsonNode cell : json.readTree(out.resolve("plan.json").toFile()).path("cells")) {
      if (cell.path("label").asText().equals("sam")) {
        Path file = out.resolve("cells").resolve(cell.path("id").asText()).resolve("result.json");
        ObjectNode result = (ObjectNode) json.readTree(file.toFile());
        ((ObjectNode) result.path("components").get(0)).put("kind", "merger");
        result.putObject("merging").put("after", "each-task");
        MadeUpGrid.write(file, result);
      }
    }
    JsonNode all = Results.of(out).json().path("equal_loss");
    assertThat(all.at("/0/comparisons")).isEmpty();
    assertThat(all.at("/0/sentences").toString())
        .contains("'sam' is left out, because no point of a stage has its merged weights");
  }

  @Test
  void a_folder_without_points_says_nothing_of_equal_loss() throws IOException {
    Path out = MadeUpGrid.small().write(temp.resolve("out"));
    assertThat(Results.of(out).json().path("equal_loss")).isEmpty();
    assertThat(HtmlReport.of(out)).doesNotContain("At equal loss");
    assertThat(Files.exists(out.resolve("stages"))).isTrue();
  }
}
