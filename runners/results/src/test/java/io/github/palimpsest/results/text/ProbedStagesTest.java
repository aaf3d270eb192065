package io.github.palimpsest.results.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.analysis.ProbedRun;
import io.github.palimpsest.results.query.ResultRows;
import io.github.palimpsest.results.query.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbedStagesTest {
  @TempDir Path temp;

  private static double[][] scores(double learned, double afterB, double afterC) {
    return new double[][] {{learned, 0, 0}, {afterB, 0.75, 0}, {0.125, afterC, 1}};
  }

  /** Two strategies that share a first stage; both stages are probed. */
  private Path small(boolean higher) throws IOException {
    ProbedFolder folder = new ProbedFolder(temp.resolve("small-" + higher));
    folder.cell("adamw", "none", "regularizer", 1, higher, scores(1, 0.25, 0.5));
    folder.cell("adamw", "ewc", "regularizer", 1, higher, scores(1, 0.875, 0.625));
    folder.cell("adamw", "wise-ft", "merger", 1, higher, scores(1, 0, 0));
    folder.probe("adamw", "none", 1, 1, 0.5, 0.125, 3);
    folder.probe("adamw", "none", 1, 2, 0.75, 0.25, 4);
    folder.probe("adamw", "ewc", 1, 2, 0.25, 0.5, 6);
    return folder.write();
  }

  @Test
  void cells_that_share_their_first_stage_are_one_run_with_the_mean_of_what_followed()
      throws IOException {
    List<ProbeAssociation> all = Results.of(small(true)).associations();
    assertThat(all).as("one number after each of two tasks").hasSize(2);
    ProbeAssociation first = all.get(0);
    assertThat(first.task() + first.next() + first.probe())
        .isEqualTo("a" + "b" + "sam-gap, gap, 8 examples");
    // a is lost over b: 1 - 0.25 and 1 - 0.875; the merger's cell has no part in it
    assertThat(first.runs())
        .containsExactly(
            new ProbedRun("adamw", 1, 0.5, 0.125, 3, ((1 - 0.25) + (1 - 0.875)) / 2, 2));
    ProbeAssociation second = all.get(1);
    assertThat(second.task() + second.next()).isEqualTo("bc");
    // b is lost over c: 0.75 - 0.5 and 0.75 - 0.625; the two stages of b are averaged
    assertThat(second.runs())
        .containsExactly(
            new ProbedRun(
                "adamw",
                1,
                (0.75 + 0.25) / 2,
                (0.25 + 0.5) / 2,
                (4 + 6) / 2.0,
                ((0.75 - 0.5) + (0.75 - 0.625)) / 2,
                2));
  }

  @Test
  void where_lower_scores_are_better_a_rise_is_forgetting() throws IOException {
    assertThat(Results.of(small(false)).associations().get(0).runs().get(0).forgetting())
        .isEqualTo(-((1 - 0.25) + (1 - 0.875)) / 2);
  }

  /** Four optimizers at five seeds: what is sharp is forgotten. */
  private Path twenty() throws IOException {
    ProbedFolder folder = new ProbedFolder(temp.resolve("twenty"));
    for (int o = 0; o < 4; o++) {
      for (int seed = 1; seed <= 5; seed++) {
        int k = 5 * o + seed;
        String optimizer = "o" + o;
        folder.cell(optimizer, "none", "regularizer", seed, true, scores(1, 0.04 * k, 0.5));
        folder.probe(
            optimizer, "none", seed, 1, 1.0 / k, 0.01 * (k * 7 % 20), 1 + 0.01 * (k * 9 % 20));
      }
    }
    return folder.write();
  }

  @Test
  void every_form_says_what_twenty_runs_carry_and_how_it_is_meant() throws IOException {
    Results results = Results.of(twenty());
    ProbeAssociation a = results.associations().get(0);
    assertThat(a.used()).isEqualTo(20);
    assertThat(a.spearman()).as("both fall as k rises").isCloseTo(1, within(1e-12));
    assertThat(a.says()).isEqualTo("rises with forgetting");
    String text = ReportText.of(results);
    assertThat(text)
        .contains("Probes before the next task, against the forgetting that followed; exploratory")
        .contains("rises with forgetting")
        .contains("with fewer than 5 recipes the test rests on the seeds within them");
    ProbeAssociation.DEFINITION.forEach(d -> assertThat(text).contains(d));
    JsonNode json = results.json().path("probes_before_next_task");
    assertThat(json.path("definition")).hasSize(ProbeAssociation.DEFINITION.size());
    JsonNode one = json.path("associations").path(0);
    assertThat(one.path("p_holm").asDouble()).isEqualTo(a.holm().orElseThrow());
    assertThat(one.path("caveats").path(0).asText()).startsWith("with fewer than 5 recipes");
    assertThat(one.path("measured")).hasSize(20);
  }

  @Test
  void fewer_runs_have_no_interval_in_any_form() throws IOException {
    Path folder = small(true);
    Results results = Results.of(folder);
    assertThat(ReportText.of(results))
        .contains("fewer than 20 independent runs: neither an interval nor a p-value");
    JsonNode one = results.json().at("/probes_before_next_task/associations/0");
    assertThat(one.path("low").isNull() && one.path("p").isNull()).isTrue();
    List<List<@Nullable Object>> rows = rows(folder, ResultTable.PROBE_ASSOCIATIONS);
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).subList(8, 12)).as("interval and p").containsOnlyNulls();
    assertThat(rows.get(0).get(12)).asString().startsWith("fewer than 20 independent runs");
    assertThat(rows(folder, ResultTable.STAGE_PROBES))
        .as("two numbers of three stages, without the point of a landscape")
        .hasSize(6)
        .contains(
            Arrays.asList("adamw-1-1", 1L, "sam-gap", "gap", 0.5, "a", 8L, 0.125, 3.0, 5L, 0.25));
  }

  private static List<List<@Nullable Object>> rows(Path folder, ResultTable table) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    new ResultRows(folder).write(table, values -> rows.add(Arrays.asList(values)));
    return rows;
  }

  @Test
  void a_folder_without_probes_says_nothing_of_them() throws IOException {
    Path folder = small(true);
    for (String stage : List.of("adamw-1-1", "adamw-none-1-2", "adamw-ewc-1-2")) {
      Files.delete(folder.resolve("stage-probes").resolve(stage).resolve("p.json"));
    }
    assertThat(ReportText.of(Results.of(folder))).doesNotContain("Probes");
    assertThat(Results.of(folder).associations()).isEmpty();
  }
}
