package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.results.text.ReportText;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.UnmergedTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder of two tasks, two seeds, and a recipe with and without a merger at the end. The training
 * has the matrix {@code [[0.8, 0.1], [0.2, 0.9]]}, and the merged model scores 0.5 and 0.75; at the
 * second seed the merged model scores 0.1 more on the first task.
 */
class MergedRecipesTest {
  private static final String TRAINED = "[[0.8, 0.1], [0.2, 0.9]]";

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    StringBuilder cells = new StringBuilder();
    for (int seed = 1; seed <= 2; seed++) {
      cells.append(cells.isEmpty() ? "" : ",").append(planned("a" + seed, "sgd", "none", seed));
      cells.append(',').append(planned("b" + seed, "sgd | wise-ft", "wise-ft", seed));
      String own = "\"average-score\": 0.55, \"learning-accuracy\": 0.85, \"forgetting\": 0.6";
      cell("a" + seed, "sgd", seed, TRAINED, own, "");
      double first = seed == 1 ? 0.5 : 0.6;
      String mean = "" + (first + 0.75) / 2;
      cell(
          "b" + seed,
          "sgd | wise-ft",
          seed,
          "[[null, null], [" + first + ", 0.75]]",
          "\"average-score\": MEAN, \"learning-accuracy\": null, \"forgetting\": null"
              .replace("MEAN", mean),
          """
          , "merging": {"after": "last-task", "unmerged": {"label": "sgd", "recipe": "sgd",
            "scores": {"before": [0, 0], "after": TRAINED}, "kept": {}, "metrics": {OWN}}}
          """
              .replace("TRAINED", TRAINED)
              .replace("OWN", own));
    }
    Files.writeString(
        folder.resolve("plan.json"),
        """
        {"experiment": "merged", "cells": [CELLS], "measures": [],
         "metrics": [{"name": "average-score", "higher_is_better": true},
                     {"name": "learning-accuracy", "higher_is_better": true},
                     {"name": "forgetting", "higher_is_better": false}],
         "excluded": [], "analysis": {"primary": ["average-score"]}}
        """
            .replace("CELLS", cells));
  }

  private static String planned(String id, String label, String merger, int seed) {
    return """
        {"id": "ID", "label": "LABEL", "recipe": "LABEL", "seed": SEED, "levels": {"merger": "MERGER"}}
        """
        .replace("ID", id)
        .replace("LABEL", label)
        .replace("SEED", "" + seed)
        .replace("MERGER", merger);
  }

  private static void cell(
      String id, String label, int seed, String after, String metrics, String merging)
      throws IOException {
    Path at = Files.createDirectories(folder.resolve("cells").resolve(id));
    Files.writeString(
        at.resolve("result.json"),
        """
        {"format": 1, "id": "ID", "experiment": "merged", "label": "LABEL", "recipe": "LABEL",
         "seed": SEED, "measure": "exact-match", "higher_is_better": true, "tasks": ["a", "b"],
         "steps": [10, 10], "scores": {"before": [0, 0], "after": AFTER}, "kept": {},
         "metrics": {METRICS}, "declared_cost": {"passes_per_step": 1}, "components": [],
         "inputs": {}, "rows": []MERGING}
        """
            .replace("ID", id)
            .replace("LABEL", label)
            .replace("SEED", "" + seed)
            .replace("AFTER", after)
            .replace("METRICS", metrics)
            .replace("MERGING", merging));
    Files.writeString(at.resolve("timing.json"), "{\"measured\": {}, \"stages\": []}");
  }

  @Test
  void learned_and_retained_of_a_model_merged_at_the_end_are_of_its_only_row() {
    JsonNode frontier = Results.of(folder).json().path("frontier");
    assertThat(frontier.at("/0/learned").asDouble())
        .as("right after each task: (0.8 + 0.9) / 2")
        .isCloseTo(0.85, within(1e-12));
    assertThat(frontier.at("/0/retained").asDouble()).as("task a at the end").isEqualTo(0.2);
    assertThat(frontier.at("/1/learned").asDouble())
        .as("at the end: (0.5 + 0.75) / 2 and (0.6 + 0.75) / 2, on average")
        .isCloseTo(0.65, within(1e-12));
    assertThat(frontier.at("/1/retained").asDouble())
        .as("task a of the merged model: (0.5 + 0.6) / 2")
        .isCloseTo(0.55, within(1e-12));
  }

  @Test
  void contrasts_compare_what_both_recipes_have() {
    JsonNode json = Results.of(folder).json();
    JsonNode average = json.at("/effects/0");
    assertThat(average.path("outcome").asText()).isEqualTo("average-score");
    assertThat(average.at("/effects/0/label").asText()).isEqualTo("wise-ft - none");
    assertThat(average.at("/effects/0/per_seed/0").asDouble())
        .as("0.625 - 0.55")
        .isCloseTo(0.075, within(1e-12));
    assertThat(average.at("/effects/0/per_seed/1").asDouble())
        .as("0.675 - 0.55")
        .isCloseTo(0.125, within(1e-12));
    for (JsonNode outcome : json.path("effects")) {
      if (outcome.path("outcome").asText().equals("forgetting")) {
        assertThat(outcome.path("effects")).isEmpty();
        assertThat(outcome.path("reason").asText())
            .isEqualTo("no axis has two levels whose cells have forgetting");
      }
    }
    for (JsonNode outcome : json.path("differences")) {
      if (outcome.path("outcome").asText().equals("forgetting")) {
        assertThat(outcome.path("reason").asText()).isEqualTo("1 recipe has no forgetting");
      }
    }
  }

  @Test
  void the_unmerged_training_has_a_row_of_its_own_in_every_form() {
    Results results = Results.of(folder);
    JsonNode unmerged = results.json().path("unmerged");
    assertThat(unmerged).hasSize(1);
    assertThat(unmerged.at("/0/label").asText()).isEqualTo("sgd");
    assertThat(unmerged.at("/0/merged_as/0").asText()).isEqualTo("sgd | wise-ft");
    assertThat(unmerged.at("/0/metrics/forgetting/mean").asDouble())
        .as("0.8 - 0.2")
        .isCloseTo(0.6, within(1e-12));
    assertThat(results.json().at("/recipes/1/metrics/forgetting/n").asInt()).isZero();
    assertThat(ReportText.of(results))
        .contains(UnmergedTraining.TITLE, UnmergedTraining.NOTE)
        .containsPattern("(?m)^sgd +2 +0.550 \\+-0.000 +0.850 \\+-0.000 +0.600 \\+-0.000$")
        .containsPattern("(?m)^sgd \\| wise-ft +2 .* - +[-0-9]");
    String row = "0.550 ± 0.000 | 0.850 ± 0.000 | 0.600 ± 0.000 |";
    assertThat(PaperTables.of(folder, PaperTables.Format.MARKDOWN))
        .contains(UnmergedTraining.TITLE, "| sgd | 2 | " + row);
    assertThat(PaperTables.of(folder, PaperTables.Format.LATEX))
        .contains(UnmergedTraining.TITLE, "sgd & 2 & 0.550 $\\pm$ 0.000 & 0.850");
    assertThat(HtmlReport.of(folder))
        .contains(UnmergedTraining.TITLE, "<caption>sgd, not merged</caption>");
  }

  @Test
  void a_folder_without_mergers_shows_no_such_row() throws IOException {
    Path plain = MadeUpGrid.small().write(folder.resolve("plain"));
    assertThat(ReportText.of(Results.of(plain))).doesNotContain("without the mergers");
    assertThat(PaperTables.of(plain, PaperTables.Format.MARKDOWN))
        .doesNotContain("without the mergers");
    assertThat(Results.of(plain).json().path("unmerged")).isEmpty();
  }
}
