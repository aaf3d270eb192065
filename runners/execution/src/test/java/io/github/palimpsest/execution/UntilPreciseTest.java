package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Precision;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.text.ReportText;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that add seeds until primary intervals are narrow enough. */
@Tag("native")
class UntilPreciseTest {
  @TempDir Path temp;

  private final Plan plan = ToyRun.shortest("{optimizer: [sgd(lr=0.5), sgd(lr=0.01)]}");

  /** A width that five seeds of this experiment do not reach, and seven are too few for. */
  private final UntilPrecise rule = new UntilPrecise(0.01, 7);

  private Optional<Plan> stage(UntilPrecise until, Path out) {
    Plan now = until.begin(plan, out);
    ToyRun.run(now, out, RunListener.NONE);
    return until.next(now, RunSettings.DEFAULT, out);
  }

  @Test
  void the_cells_of_added_seeds_are_those_of_an_experiment_that_lists_them() throws IOException {
    Path out = temp.resolve("out");
    Plan second = stage(rule, out).orElseThrow();
    assertThat(second.experiment().seeds()).as("after the seed 1 of the file").hasSize(7);
    assertThat(second.experiment().seeds()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(ToyRun.run(second, out, RunListener.NONE))
        .as("5 seeds of 2 recipes are there")
        .isEqualTo(new ExperimentRun.Summary(2 * 2, 5 * 2, 0));
    assertThat(rule.next(second, RunSettings.DEFAULT, out)).isEmpty();
    Plan listed = plan.with(plan.experiment().withMoreSeeds(6));
    Path other = temp.resolve("listed");
    ToyRun.run(listed, other, RunListener.NONE);
    for (Cell cell : listed.cells()) {
      assertThat(Files.readString(new FolderLayout(out).result(cell.id())))
          .isEqualTo(Files.readString(new FolderLayout(other).result(cell.id())));
    }
    assertThat(Results.of(other).analysis().precision()).as("a fixed number").isEmpty();
    assertThat(ReportText.of(Results.of(out)))
        .contains("Stein's two-stage rule")
        .contains("The wanted width is not reached with 7 seeds");
    assertThat(RunStatus.of(out).text())
        .contains("14 of 14 cells done")
        .contains("until precise: primary intervals at most 0.01 wide, at most 7 seeds; after 5");
  }

  @Test
  void a_run_that_ends_between_the_stages_or_within_one_goes_on_with_the_same_seeds() {
    Path out = temp.resolve("out");
    Plan first = rule.begin(plan, out);
    ToyRun.run(
        first.only(List.of(first.cells().get(0).id())), temp.resolve("other"), RunListener.NONE);
    assertThat(rule.begin(plan, out).cells()).as("nothing was decided").hasSize(5 * 2);
    ToyRun.run(first, out, RunListener.NONE);
    assertThat(recorded(out).needed()).as("killed before the decision").isNull();
    assertThat(RunStatus.of(out).text()).contains("first stage, of 5 seeds");
    Plan second = stage(rule, out).orElseThrow();
    assertThat(recorded(out).needed()).as("killed after it").isGreaterThan(7);
    Plan again = rule.begin(plan, out);
    assertThat(again.cells()).isEqualTo(second.cells());
    assertThat(again.experiment().precision()).contains(recorded(out));
  }

  private static Precision recorded(Path out) {
    return Optional.ofNullable(GridPlan.of(new FolderLayout(out)).untilPrecise()).orElseThrow();
  }

  @Test
  void a_stage_that_is_not_finished_decides_nothing() {
    Path out = temp.resolve("out");
    Plan first = rule.begin(plan, out);
    ToyRun.run(
        first,
        out,
        new RunListener() {
          private boolean finished;

          @Override
          public void on(RunEvent event) {
            finished |= event instanceof RunEvent.Finished;
          }

          @Override
          public boolean stops() {
            return finished;
          }
        });
    assertThat(rule.next(first, RunSettings.DEFAULT, out)).isEmpty();
    assertThat(recorded(out).needed()).isNull();
  }

  @Test
  void another_width_limit_or_no_rule_is_refused_with_what_differs() {
    Path out = temp.resolve("out");
    UntilPrecise wide = new UntilPrecise(100, 9);
    assertThat(stage(wide, out)).as("five seeds are enough").isEmpty();
    assertThat(recorded(out)).isEqualTo(new Precision(100, 9, List.of(1L, 2L, 3L, 4L, 5L), 5));
    assertThatThrownBy(() -> new UntilPrecise(0.5, 9).begin(plan, out))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("--until-precise 100.0 --max-seeds 9")
        .hasMessageContaining("a width of 0.5")
        .hasMessageContaining("choose another folder");
    assertThatThrownBy(() -> new UntilPrecise(100, 10).begin(plan, out))
        .hasMessageContaining("at most 10 seeds");
    assertThatThrownBy(() -> ToyRun.run(plan, out, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("this run adds no seeds");
    assertThat(recorded(out).needed()).as("nothing was written").isEqualTo(5);
  }

  @Test
  void a_limit_below_the_first_stage_and_an_experiment_without_effects_are_refused() {
    assertThatThrownBy(() -> new UntilPrecise(0.1, 4).firstStage(plan))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("at most 4 seeds")
        .hasMessageContaining("the first stage has 5 (the experiment lists 1");
    Plan six = plan.with(plan.experiment().withMoreSeeds(5));
    assertThatThrownBy(() -> new UntilPrecise(0.1, 5).firstStage(six))
        .hasMessageContaining("the first stage has 6 (the experiment lists 6");
    assertThatThrownBy(() -> rule.firstStage(ToyRun.shortest()))
        .hasMessageContaining("no axis of the experiment has two levels");
    assertThatThrownBy(() -> new UntilPrecise(0, 9))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("a width of 0.0")
        .hasMessageContaining("above 0");
  }

  @Test
  void the_analysis_of_the_plan_knows_the_rule() {
    AnalysisSettings settings = rule.firstStage(plan).content().analysisSettings();
    assertThat(settings.precision()).isPresent();
    assertThat(settings.precision().orElseThrow().first()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(plan.content().analysisSettings().precision()).isEmpty();
  }
}
