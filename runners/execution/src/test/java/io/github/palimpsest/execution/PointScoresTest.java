package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.pointed;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.CellTimes;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StagePoints;
import io.github.palimpsest.results.folder.StageResult;
import io.github.palimpsest.results.folder.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores along the stages. */
@Tag("native")
class PointScoresTest {
  @TempDir Path temp;

  /** What a kill is, seen from inside: nothing catches it. */
  private static final class Killed extends Throwable {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void now() throws E {
      throw (E) new Killed();
    }
  }

  private static SortedMap<String, byte[]> files(Path out, Plan plan, String name)
      throws IOException {
    TreeMap<String, byte[]> all = new TreeMap<>();
    for (Stage stage : stages(plan)) {
      String key = stage.task() + " of " + stage.recipe();
      all.put(key, Files.readAllBytes(new FolderLayout(out).stage(stage.id()).resolve(name)));
    }
    return all;
  }

  private static Collection<Stage> stages(Plan plan) {
    return Stages.of(plan, true).all();
  }

  private static StagePoints points(Path out, Stage stage) {
    return StagePoints.read(new FolderLayout(out).points(stage.id()));
  }

  @Test
  void points_change_no_bit_of_the_training_and_agree_with_the_scores_after_each_task()
      throws IOException {
    Path with = temp.resolve("with");
    Path without = temp.resolve("without");
    Plan plan = pointed("{optimizer: [sgd], merger: [none, wise-ft]}");
    Plan plain = plan("{optimizer: [sgd]}");
    run(plan, with, RunListener.NONE);
    run(plain, without, RunListener.NONE);
    SortedMap<String, byte[]> states = files(with, plan, FolderLayout.STATE);
    assertThat(states).as("a, b, and b after a merger").hasSize(3);
    files(without, plain, FolderLayout.STATE)
        .forEach((stage, bytes) -> assertThat(states.get(stage)).as(stage).isEqualTo(bytes));
    assertThat(ToyRun.losses(with).values()).containsAll(ToyRun.losses(without).values());
    FolderLayout layout = new FolderLayout(with);
    Cell cell = plan.cells().get(0); // that without a merger
    CellResult result = JsonFile.read(layout.result(cell.id()), CellResult.class);
    List<Stage> chain = Stages.of(plan, true).of(cell);
    StagePoints a = points(with, chain.get(0));
    StagePoints b = points(with, chain.get(1));
    assertThat(b.points()).extracting(StagePoints.Point::step).containsExactly(0L, 5L, 10L, 15L);
    assertThat(a.points().get(0).sets().keySet())
        .as("b is yet to come")
        .containsExactly("a", "kept");
    for (String set : List.of("a", "kept")) {
      assertThat(a.points().get(0).score(set))
          .isEqualTo(result.setScores().get(0).get(set).value());
      assertThat(a.points().get(3).score(set))
          .isEqualTo(result.setScores().get(1).get(set).value());
      assertThat(b.points().get(0).score(set))
          .isEqualTo(result.setScores().get(1).get(set).value());
      assertThat(b.points().get(3).score(set))
          .isEqualTo(result.setScores().get(2).get(set).value());
    }
    assertThat(b.points().get(3).loss("b"))
        .as("b is learned")
        .isLessThan(b.points().get(0).loss("b"));
    assertThat(b.points().get(3).loss("kept")).as("a set without a loss").isNaN();
    double stages = 0;
    for (Stage stage : chain) {
      StageResult about = JsonFile.read(layout.about(stage.id()), StageResult.class);
      stages += Timing.number(about.measured().evaluationSeconds());
    }
    CellTimes times = JsonFile.read(layout.timing(cell.id()), CellTimes.class);
    assertThat(Timing.number(times.measured().evaluationSeconds()))
        .as("a cell's scoring has that of the points of its stages")
        .isGreaterThan(stages - 1e-3); // rounded to milliseconds
  }

  @Test
  void a_run_killed_anywhere_goes_on_to_the_same_points() throws IOException {
    Plan plan = pointed("{optimizer: [sgd]}");
    Path whole = temp.resolve("whole");
    run(plan, whole, RunListener.NONE);
    SortedMap<String, byte[]> expected = files(whole, plan, FolderLayout.POINTS);
    // checkpoints are at even steps: the point after 5 steps of task a is scored
    // again, that after 10 steps of task b is kept
    for (long at : new long[] {6, 26}) {
      Path out = temp.resolve("killed-" + at);
      RunListener killer =
          event -> {
            if (event instanceof RunEvent.Step step && step.stepsOfCell() == at) {
              Killed.<RuntimeException>now();
            }
          };
      assertThatThrownBy(() -> run(plan, out, killer)).isInstanceOf(Killed.class);
      run(plan, out, RunListener.NONE);
      files(out, plan, FolderLayout.POINTS)
          .forEach(
              (stage, bytes) ->
                  assertThat(bytes).as(stage + ", killed at " + at).isEqualTo(expected.get(stage)));
    }
  }

  @Test
  void a_stage_whose_points_are_lost_is_trained_again_from_its_beginning() throws IOException {
    Plan plan = pointed("{optimizer: [sgd]}");
    Path out = temp.resolve("out");
    RunListener killer =
        event -> {
          if (event instanceof RunEvent.Step step && step.stepsOfCell() == 9) {
            Killed.<RuntimeException>now();
          }
        };
    assertThatThrownBy(() -> run(plan, out, killer)).isInstanceOf(Killed.class);
    Stage first = stages(plan).iterator().next();
    Files.delete(new FolderLayout(out).work(first.id()).resolve(FolderLayout.POINTS));
    ToyRun.Steps steps = new ToyRun.Steps();
    run(plan, out, steps);
    assertThat(steps.steps).as("not from the checkpoint after step 8").startsWith(1L);
    assertThat(points(out, first).points()).hasSize(4);
  }

  @Test
  void the_ids_of_stages_with_points_cover_what_decides_their_scores() {
    String[] one = {"task.1.measure", "exact-match", "evaluation.kept.data", "1"};
    String[] two = {"task.1.measure", "exact-match", "evaluation.kept.data", "2"};
    String axes = "{optimizer: [sgd]}";
    assertThat(stages(plan(axes, one)))
        .as("weights are the same whatever is scored")
        .extracting(Stage::id)
        .containsExactlyElementsOf(stages(plan(axes, two)).stream().map(Stage::id).toList());
    assertThat(stages(pointed(axes, one)))
        .extracting(Stage::id)
        .doesNotContainAnyElementsOf(stages(pointed(axes, two)).stream().map(Stage::id).toList());
  }
}
