package io.github.palimpsest.results.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellHistory.Segment;
import io.github.palimpsest.results.folder.CellHistory.Status;
import io.github.palimpsest.results.folder.GridPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BestSoFarTest {
  private static final GridPlan PLAN =
      new GridPlan(
          "toy",
          null,
          List.of(),
          List.of(),
          List.of(
              new GridPlan.Metric("forgetting", false),
              new GridPlan.Metric("average-score", true),
              new GridPlan.Metric("never", true)),
          List.of(),
          null,
          null);

  private static CellHistory cell(String recipe, long seed, Status status, double value) {
    return new CellHistory(
        new CellHistory.Planned(recipe + seed, recipe, recipe, seed, Map.of()),
        status,
        Optional.empty(),
        List.of(
            new Segment("metric/forgetting", List.of(new Point(9, value))),
            new Segment("metric/average-score", List.of(new Point(9, value)))));
  }

  @Test
  void the_mean_of_the_finished_seeds_decides_in_the_direction_of_the_metric() {
    List<CellHistory> cells =
        List.of(
            cell("sgd", 1, Status.FINISHED, 1),
            cell("sgd", 2, Status.FINISHED, 4),
            cell("sam", 1, Status.FINISHED, 2),
            cell("sam", 2, Status.RUNNING, -100),
            cell("ewc", 1, Status.FAILED, 100));
    assertThat(BestSoFar.of(PLAN, cells))
        .containsExactly(
            new BestSoFar("forgetting", "sam", 2, 1),
            new BestSoFar("average-score", "sgd", (1 + 4) / 2.0, 2));
  }

  @Test
  void of_equal_means_the_first_of_the_plan_is_named_and_without_a_value_none() {
    assertThat(
            BestSoFar.of(
                PLAN,
                List.of(cell("sgd", 1, Status.FINISHED, 1), cell("sam", 1, Status.FINISHED, 1))))
        .extracting(BestSoFar::recipe)
        .containsExactly("sgd", "sgd");
    assertThat(BestSoFar.of(PLAN, List.of())).isEmpty();
  }
}
