package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units and directions, of measures in both directions in one report. */
class UnitsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  /** Tasks in nats, where lower is better, with a kept set in accuracy and one in nats. */
  private Path mixed() throws IOException {
    MadeUpGrid grid = MadeUpGrid.small();
    Path folder = MadeUpPoints.smooth(grid.tasks()).write(grid.write(temp.resolve("out")));
    new MadeUpItems("quiz", "Number ", List.of("a", "b"), 2).write(folder);
    for (JsonNode cell : JSON.readTree(folder.resolve("plan.json").toFile()).path("cells")) {
      Path file = folder.resolve("cells").resolve(cell.path("id").asText()).resolve("result.json");
      ObjectNode result = (ObjectNode) JSON.readTree(file.toFile());
      result.put("measure", "nats-per-token").put("higher_is_better", false);
      ObjectNode corpus = result.withObject("/kept").putObject("corpus");
      corpus.put("measure", "nats-per-token").put("before", 2).putArray("after");
      corpus.withArray("/after").add(2.1).add(2.2).add(2.3);
      MadeUpGrid.write(file, result);
    }
    ObjectNode plan = (ObjectNode) JSON.readTree(folder.resolve("plan.json").toFile());
    ((ObjectNode) plan.path("metrics").path(0)).put("higher_is_better", false);
    MadeUpGrid.write(folder.resolve("plan.json"), plan);
    return folder;
  }

  @Test
  void a_score_that_rises_where_higher_is_better_changes_and_does_not_drift() {
    Outcome accuracy = new Outcome("drift of quiz", "", true, 0.1);
    Outcome loss = new Outcome("drift of corpus", "nats", false, 1e-6);
    assertThat(Units.label(accuracy)).isEqualTo("change of quiz (share; higher is better)");
    assertThat(Units.label(loss)).isEqualTo("drift of corpus (nats; lower is better)");
    assertThat(EffectsSection.axis(accuracy))
        .isEqualTo("difference of the change of quiz (share; above 0 is better)");
    assertThat(EffectsSection.axis(loss))
        .isEqualTo("change of drift of corpus (nats; below 0 is better)");
    assertThat(Units.latex(loss)).isEqualTo("drift of corpus (nats, $\\downarrow$)");
    assertThat(Units.latex(accuracy)).isEqualTo("change of quiz (share, $\\uparrow$)");
  }

  @Test
  void every_column_and_axis_of_the_page_has_the_direction_of_its_own_measure() throws IOException {
    String html = HtmlReport.of(mixed());
    assertThat(html)
        .doesNotContainIgnoringCase("drift of quiz")
        .contains("Tasks are scored by nats-per-token; lower is better.")
        .contains("change of quiz</button><span class=\"unit\">share; higher is better</span>")
        .contains("drift of corpus</button><span class=\"unit\">nats; lower is better</span>")
        .contains("forgetting</button><span class=\"unit\">nats; lower is better</span>")
        .contains("nats-per-token, nats; lower is better: ");
    List<String> axes = axes(html);
    assertThat(axes)
        .as("axes of values")
        .hasSizeGreaterThan(10)
        .allMatch(
            axis ->
                axis.equals("training step")
                    || axis.equals("strategy")
                    || axis.contains("the probe's own unit")
                    || axis.matches(".*\\(.*(is better)\\)"));
    assertThat(axes)
        .contains(
            "difference of the change of quiz (share; above 0 is better)",
            "mean change of quiz (share; higher is better)",
            "change of forgetting (nats; below 0 is better)",
            "learned: mean score right after training (nats; lower is better)");
  }

  /** The names of the axes in the data of a page. */
  private static List<String> axes(String html) {
    int from = html.indexOf("id=\"data\"");
    return Pattern.compile("\"[xy]\":\"((?:[^\"\\\\]|\\\\.)*)\"")
        .matcher(html.substring(from, html.indexOf("</script>", from)))
        .results()
        .map(m -> m.group(1))
        .toList();
  }

  @Test
  void tables_for_papers_have_units_and_directions_and_those_for_programs_keep_their_names()
      throws IOException {
    Path out = mixed();
    assertThat(PaperTables.of(out, PaperTables.Format.MARKDOWN))
        .contains("change of quiz (share; higher is better) |")
        .contains("drift of corpus (nats; lower is better) |")
        .contains("| forgetting (nats; lower is better) |")
        .doesNotContain("drift of quiz");
    assertThat(PaperTables.of(out, PaperTables.Format.LATEX))
        .contains("change of quiz (share, $\\uparrow$)", "forgetting (nats, $\\downarrow$) &")
        .contains("arrows point to better values")
        .doesNotContain("drift of quiz");
    assertThat(PaperTables.of(out, PaperTables.Format.CSV).lines().findFirst().orElseThrow())
        .contains(",forgetting,drift of ", ",drift of quiz");
  }
}
