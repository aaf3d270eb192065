package io.github.palimpsest.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.ablation.statistics.Factorial;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectsTest {
  private static Report.CellResult cell(String optimizer, String strategy, long seed, double y) {
    ObjectNode planned = JsonFile.object().put("seed", seed);
    planned.putObject("levels").put("optimizer", optimizer).put("strategy", strategy);
    ObjectNode result = JsonFile.object();
    result.putObject("metrics").put("forgetting", y);
    return new Report.CellResult(planned, result, JsonFile.object());
  }

  private static Report report(List<Report.CellResult> cells) {
    return new Report(
        "toy",
        "exact-match",
        true,
        List.of(new Report.Row("all", cells)),
        List.of(),
        List.of(),
        0,
        0);
  }

  /** Outcomes by optimizer, strategy and seed, with a small disturbance that seeds do not share. */
  private static List<Report.CellResult> grid(int seeds) {
    double[][] means = {{0.9, 0.3}, {0.6, 0.2}}; // adamw, sam; none, replay
    double[][] noise = {{0.01, -0.01}, {-0.01, 0.01}};
    List<Report.CellResult> cells = new ArrayList<>();
    for (int o = 0; o < 2; o++) {
      for (int s = 0; s < 2; s++) {
        for (int seed = 0; seed < seeds; seed++) {
          double y = means[o][s] + 0.05 * seed + (seed % 2 == 0 ? 1 : -1) * noise[o][s];
          cells.add(
              cell(
                  o == 0 ? "adamw(lr=1e-3)" : "sam(rho=0.05)",
                  s == 0 ? "none" : "replay(ratio=0.1)",
                  seed,
                  y));
        }
      }
    }
    return cells;
  }

  private static Effects.Either effects(List<Report.CellResult> cells) {
    return Effects.of(
        report(cells), "forgetting", c -> c.result().at("/metrics/forgetting").asDouble());
  }

  @Test
  void main_effects_and_interactions_are_differences_of_means() {
    Effects e = effects(grid(4)).effects().orElseThrow();
    assertThat(e.main())
        .extracting(Factorial.Contrast::effect)
        .containsExactly("optimizer", "strategy");
    assertThat(e.main().get(0).interval().estimate())
        .as("(0.6 + 0.2)/2 - (0.9 + 0.3)/2")
        .isCloseTo(-0.2, within(1e-12));
    assertThat(e.main().get(1).interval().estimate())
        .as("(0.3 + 0.2)/2 - (0.9 + 0.6)/2")
        .isCloseTo(-0.5, within(1e-12));
    assertThat(e.interactions().get(0).interval().estimate())
        .as("(0.2 - 0.3) - (0.6 - 0.9)")
        .isCloseTo(0.2, within(1e-12));
  }

  @Test
  void sentences_name_levels_without_settings_and_give_interval_and_seeds() {
    List<String> sentences = effects(grid(4)).effects().orElseThrow().sentences();
    assertThat(sentences.get(0))
        .startsWith("sam instead of adamw: forgetting -0.200 (95 % -0.2")
        .contains("4 seeds");
    assertThat(sentences.get(2))
        .startsWith("sam instead of adamw, with replay more than with none: forgetting +0.200");
  }

  @Test
  void one_seed_gets_a_reason_instead_of_an_interval() {
    Effects.Either none = effects(grid(1));
    assertThat(none.effects()).isEmpty();
    assertThat(none.reason()).contains("one seed says nothing");
  }

  @Test
  void a_missing_cell_gets_a_reason_that_names_it() {
    List<Report.CellResult> cells = new ArrayList<>(grid(2));
    cells.remove(7);
    Effects.Either none = effects(cells);
    assertThat(none.effects()).isEmpty();
    assertThat(none.reason()).contains("sam(rho=0.05) + replay(ratio=0.1), seed 1");
  }
}
