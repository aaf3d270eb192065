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
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that add seeds until primary intervals are narrow enough. */
@Tag("native")
class UntilPreciseTest {
  private static final Plan PLAN = ToyRun.shortest("{optimizer: [sgd(lr=0.5), sgd(lr=0.01)]}");

  /** A width that five seeds of this experiment do not reach, and six are too few for. */
  private static final UntilPrecise RULE = new UntilPrecise(0.01, 6);

  /** The finished cells of five seeds that the experiment lists. */
  @TempDir static Path five;

  @TempDir Path temp;
  private Path out = Path.of("");

  @BeforeAll
  static void train() {
    ToyRun.run(PLAN.with(PLAN.experiment().withMoreSeeds(4)), five, RunListener.NONE);
  }

  @BeforeEach
  void copy() throws IOException {
    out = temp.resolve("out");
    try (Stream<Path> files = Files.walk(five)) {
      for (Path file : files.toList()) {
        Files.copy(file, out.resolve(five.relativize(file)));
      }
    }
  }

  private Precision recorded() {
    return Optional.ofNullable(GridPlan.of(new FolderLayout(out)).untilPrecise()).orElseThrow();
  }

  @Test
  void the_cells_of_added_seeds_are_those_of_an_experiment_that_lists_them() throws IOException {
    Plan first = RULE.begin(PLAN, out);
    assertThat(ToyRun.run(first, out, RunListener.NONE))
        .as("cells of the first stage that are there are not trained again")
        .isEqualTo(new ExperimentRun.Summary(0, 5 * 2, 0));
    Plan second = RULE.next(first, RunSettings.DEFAULT, out).orElseThrow();
    assertThat(second.experiment().seeds())
        .as("the seed of the file, and those after it")
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(ToyRun.run(second, out, RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(2, 5 * 2, 0));
    assertThat(RULE.next(second, RunSettings.DEFAULT, out)).as("there are two stages").isEmpty();
    Plan listed = PLAN.with(PLAN.experiment().withMoreSeeds(5));
    Cell last = listed.cells().get(listed.cells().size() - 1);
    assertThat(last.seed()).isEqualTo(6);
    Path other = temp.resolve("listed");
    ToyRun.run(listed.only(List.of(last.id())), other, RunListener.NONE);
    assertThat(Files.readString(new FolderLayout(out).result(last.id())))
        .isEqualTo(Files.readString(new FolderLayout(other).result(last.id())));
    assertThat(ReportText.of(Results.of(out)))
        .contains("Stein's two-stage rule")
        .contains("The wanted width is not reached with 6 seeds");
    assertThat(ReportText.of(Results.of(other))).doesNotContain("Stein");
    assertThat(RunStatus.of(out).text())
        .contains("12 of 12 cells done")
        .contains("until precise: primary intervals at most 0.01 wide, at most 6 seeds; after 5");
  }

  @Test
  void a_run_that_ends_between_the_stages_goes_on_with_the_same_seeds() {
    Plan first = RULE.begin(PLAN, out);
    ExperimentRun.prepare(first, RunSettings.DEFAULT, out);
    assertThat(recorded().needed()).as("ended before the decision").isNull();
    assertThat(RunStatus.of(out).text()).contains("first stage, of 5 seeds");
    assertThat(RULE.begin(PLAN, out).cells()).isEqualTo(first.cells());
    Plan second = RULE.next(first, RunSettings.DEFAULT, out).orElseThrow();
    assertThat(recorded().needed()).as("ended after it").isGreaterThan(6);
    assertThat(RULE.begin(PLAN, out).cells()).isEqualTo(second.cells()).hasSize(6 * 2);
    assertThat(RULE.begin(PLAN, out).experiment().precision()).contains(recorded());
  }

  @Test
  void a_stage_that_is_not_finished_decides_nothing() throws IOException {
    Plan first = RULE.begin(PLAN, out);
    ExperimentRun.prepare(first, RunSettings.DEFAULT, out);
    Folders.delete(new FolderLayout(out).cell(first.cells().get(3).id()));
    assertThat(RULE.next(first, RunSettings.DEFAULT, out)).isEmpty();
    assertThat(recorded().needed()).isNull();
  }

  @Test
  void another_width_limit_or_no_rule_is_refused_with_what_differs() {
    UntilPrecise wide = new UntilPrecise(100, 9);
    Plan first = wide.begin(PLAN, out);
    ExperimentRun.prepare(first, RunSettings.DEFAULT, out);
    assertThat(wide.next(first, RunSettings.DEFAULT, out)).as("five seeds are enough").isEmpty();
    assertThat(recorded()).isEqualTo(new Precision(100, 9, List.of(1L, 2L, 3L, 4L, 5L), 5));
    assertThatThrownBy(() -> new UntilPrecise(0.5, 9).begin(PLAN, out))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("--until-precise 100.0 --max-seeds 9")
        .hasMessageContaining("a width of 0.5")
        .hasMessageContaining("choose another folder");
    assertThatThrownBy(() -> new UntilPrecise(100, 10).begin(PLAN, out))
        .hasMessageContaining("at most 10 seeds");
    assertThatThrownBy(() -> ExperimentRun.prepare(PLAN, RunSettings.DEFAULT, out))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("this run adds no seeds");
    assertThat(recorded().needed()).as("nothing was written").isEqualTo(5);
  }

  @Test
  void a_limit_below_the_first_stage_and_an_experiment_without_effects_are_refused() {
    assertThatThrownBy(() -> new UntilPrecise(0.1, 4).firstStage(PLAN))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("at most 4 seeds")
        .hasMessageContaining("the first stage has 5 (the experiment lists 1");
    Plan six = PLAN.with(PLAN.experiment().withMoreSeeds(5));
    assertThatThrownBy(() -> new UntilPrecise(0.1, 5).firstStage(six))
        .hasMessageContaining("the first stage has 6 (the experiment lists 6");
    assertThatThrownBy(() -> RULE.firstStage(ToyRun.shortest()))
        .hasMessageContaining("no axis of the experiment has two levels");
    assertThatThrownBy(() -> new UntilPrecise(0, 9))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("a width of 0.0")
        .hasMessageContaining("above 0");
  }

  @Test
  void the_analysis_of_the_plan_knows_the_rule() {
    AnalysisSettings settings = RULE.firstStage(PLAN).content().analysisSettings();
    assertThat(settings.precision()).isPresent();
    assertThat(settings.precision().orElseThrow().first()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(PLAN.content().analysisSettings().precision()).isEmpty();
  }
}
