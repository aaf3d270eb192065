package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderHistory;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.Merging;
import io.github.palimpsest.results.query.ResultDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All rows of a score matrix are of one kind of model, whenever the mergers act. */
@Tag("native")
class MergedRowsTest {
  @TempDir static Path temp;

  /** Without a merger, with one at the end that undoes all training, with one after each task. */
  private static final Plan PLAN = ToyRun.plan("{optimizer: [sgd], merger: [none, undo, wise-ft]}");

  private static final List<String> TRAINED = new ArrayList<>();

  @BeforeAll
  static void run() {
    RunListener trained =
        event -> {
          if (event instanceof RunEvent.Step step) {
            TRAINED.add(step.task());
          }
        };
    ToyRun.run(PLAN, temp, trained);
  }

  private static CellResult result(int cell) {
    return CellResult.of(new FolderLayout(temp).result(PLAN.cells().get(cell).id()));
  }

  @Test
  void a_merger_at_the_end_has_one_row_that_of_the_merged_model() {
    CellResult undone = result(1);
    assertThat(undone.scores().last())
        .as("the weights before training have the scores before training")
        .containsExactly(undone.scores().before());
    assertThat(undone.scores().after()[0]).containsOnly(Double.NaN);
    assertThat(undone.rows().get(1)).isEmpty();
    assertThat(undone.evaluation().get("kept").drift()).isZero();
    assertThat(undone.learned())
        .isEqualTo((undone.scores().before()[0] + undone.scores().before()[1]) / 2);
    assertThat(undone.metric("lost")).as("of two moments").isNaN();
  }

  @Test
  void the_training_behind_a_merger_at_the_end_is_that_of_the_recipe_without_it() {
    CellResult plain = result(0);
    CellResult undone = result(1);
    Merging.Unmerged training = undone.unmerged().orElseThrow();
    assertThat(training.label()).isEqualTo(plain.label());
    assertThat(training.recipe()).isEqualTo(plain.recipe());
    assertThat(training.scores().after()).isDeepEqualTo(plain.scores().after());
    assertThat(training.metrics()).isEqualTo(plain.metrics());
    assertThat(training.drift("kept")).isEqualTo(plain.evaluation().get("kept").drift());
    for (int row = 0; row < 3; row++) {
      assertThat(undone.unmergedScores().get(row).get("a").perExample())
          .as("row %d", row)
          .containsExactly(plain.setScores().get(row).get("a").perExample());
    }
    assertThat(TRAINED)
        .as("task a of all, task b with and without the merger between them, 15 steps each")
        .hasSize(3 * 15);
  }

  @Test
  void recipes_without_a_merger_and_with_one_after_each_task_have_every_row() {
    assertThat(result(0).merging()).isNull();
    CellResult each = result(2);
    assertThat(each.merging()).isEqualTo(new Merging(Merging.After.EACH_TASK, null));
    for (double[] row : each.scores().after()) {
      for (double score : row) {
        assertThat(score).isFinite();
      }
    }
    assertThat(each.scores().last())
        .as("going back to the weights before each task undoes all training")
        .containsExactly(each.scores().before());
    assertThat(each.metric("lost")).isZero();
  }

  @Test
  void a_reader_of_the_running_grid_sees_the_two_kinds_apart() {
    CellHistory undone = new FolderHistory(temp).read().get(1);
    assertThat(steps(undone, "score/a")).containsExactly(0L, 30L);
    assertThat(steps(undone, "unmerged/a")).containsExactly(15L, 30L);
  }

  private static List<Long> steps(CellHistory cell, String series) {
    return cell.segments().stream()
        .filter(s -> s.series().equals(series))
        .flatMap(s -> s.points().stream())
        .map(Point::step)
        .toList();
  }

  @Test
  void queries_find_the_unmerged_training_in_tables_of_its_own() {
    assertThat(
            ResultDatabase.query(
                    temp,
                    "SELECT count(*) FROM unmerged_scores u JOIN scores s USING (after, eval_set,"
                        + " score) WHERE s.cell = '"
                        + PLAN.cells().get(0).id()
                        + "'")
                .rows())
        .as("3 moments of 3 sets, as in the cell without the merger")
        .containsExactly(List.of(9L));
    assertThat(ResultDatabase.query(temp, "SELECT label, metric FROM unmerged_metrics").rows())
        .containsExactly(List.of("sgd", "lost"), List.of("sgd", "drift of kept"));
    assertThat(
            ResultDatabase.query(
                    temp,
                    "SELECT count(*) FROM unmerged_metrics u JOIN metrics m USING (metric, value)"
                        + " WHERE m.cell = '"
                        + PLAN.cells().get(0).id()
                        + "'")
                .rows())
        .as("both as in the cell without the merger")
        .containsExactly(List.of(2L));
    assertThat(
            ResultDatabase.query(
                    temp,
                    "SELECT DISTINCT after FROM scores WHERE cell = '"
                        + PLAN.cells().get(1).id()
                        + "' ORDER BY after")
                .rows())
        .containsExactly(List.of(0L), List.of(2L));
  }

  @Test
  void another_run_finds_nothing_to_do_and_changes_no_byte() throws IOException {
    var before = ToyRun.content(temp);
    assertThat(ToyRun.run(PLAN, temp, RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(0, 3, 0));
    assertThat(ToyRun.content(temp)).isEqualTo(before);
  }
}
