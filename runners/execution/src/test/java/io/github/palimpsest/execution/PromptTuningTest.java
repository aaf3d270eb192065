package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.InputRooms;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class PromptTuningTest {
  private static final String FILE =
      """
      name: prompts
      model: quickstart
      tasks:
        - {name: facts, data: "quickstart:facts"}
        - {name: sorting, data: "quickstart:sorting"}
      training: {steps: 4, batch: 4, checkpoint-every: 2, max-length: LENGTH}
      axes: AXES
      seeds: [7]
      """;

  @TempDir Path temp;

  private Plan plan(int length, String axes) {
    return Plan.of(
        ExperimentFile.parse(
            "prompts.yaml",
            FILE.replace("AXES", axes).replace("LENGTH", "" + length),
            temp,
            Map.of()),
        Plugins.onClassPath());
  }

  private static void run(Plan plan, Path out, RunListener listener) {
    try (LanguageSubject subject = LanguageSubject.open(plan.experiment(), plan.registry())) {
      ExperimentRun.run(plan, RunSettings.DEFAULT, subject, out, listener);
    }
  }

  private static CellResult result(Path out, Plan plan, int cell) {
    return CellResult.of(new FolderLayout(out).result(plan.cells().get(cell).id()));
  }

  @Test
  void scores_are_those_with_the_trained_rows_next_to_cells_with_others_and_without() {
    Plan plan =
        plan(
            16,
            "{optimizer: [adamw(lr=3e-2)], adapter: [none, prompt-tuning(tokens=3),"
                + " prompt-tuning(tokens=5)], regularizer: [ewc(lambda=10)]}");
    Path out = temp.resolve("out");
    run(plan, out, RunListener.NONE);
    CellResult plain = result(out, plan, 0);
    for (int cell = 1; cell < 3; cell++) {
      CellResult prompted = result(out, plan, cell);
      assertThat(prompted.scores().before()).containsExactly(plain.scores().before());
      Stage last = Stages.of(plan, true).of(plan.cells().get(cell)).get(1);
      try (LanguageSubject subject = LanguageSubject.open(plan.experiment(), plan.registry())) {
        WeightSnapshot weights =
            new StageLoops(plan, subject)
                .loop(
                    last,
                    Seats.of(plan.cells().get(cell).recipe()),
                    new FolderLayout(out).stage(last.id()))
                .weights();
        assertThat(InputRows.in(weights, subject.model().parameters()).orElseThrow().count())
            .isEqualTo(2 * cell + 1);
        WeightSnapshot pretrained = subject.pretrained(7);
        for (String name : pretrained.names()) {
          assertThat(weights.copy(name)).as(name).containsExactly(pretrained.copy(name));
        }
        for (int set = 0; set < 2; set++) {
          double trained = prompted.scores().after()[1][set];
          assertThat(subject.score(List.of("facts", "sorting").get(set), weights).value())
              .isEqualTo(trained);
        }
      }
    }
    assertThat(result(out, plan, 1).scores().after()[1])
        .isNotEqualTo(result(out, plan, 2).scores().after()[1]);
  }

  @Test
  void a_run_interrupted_between_checkpoints_goes_on_to_the_same_bytes() throws IOException {
    Plan plan = plan(16, "{optimizer: [adamw(lr=1e-2)], adapter: [prompt-tuning(tokens=4)]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    RunListener killer =
        event -> {
          if (event instanceof RunEvent.Step step && step.stepsOfCell() == 7) {
            InterruptedRunTest.Killed.now();
          }
        };
    assertThatThrownBy(() -> run(plan, temp.resolve("killed"), killer))
        .isInstanceOf(InterruptedRunTest.Killed.class);
    run(plan, temp.resolve("killed"), RunListener.NONE);
    assertThat(ToyRun.content(temp.resolve("killed")))
        .isEqualTo(ToyRun.content(temp.resolve("whole")));
  }

  @Test
  void what_needs_merged_weights_is_excluded_before_anything_runs() {
    Plan merged =
        plan(
            16,
            "{optimizer: [sgd, sam(space=effective)], adapter: [prompt-tuning], merger: [none,"
                + " wise-ft(alpha=0.5)]}");
    assertThat(merged.cells()).hasSize(1);
    assertThat(merged.excluded()).extracting(GridPlan.Excluded::rule).containsOnly("unmergeable");
  }

  @Test
  void examples_without_room_after_the_rows_are_refused_before_anything_runs() {
    Plan fits = plan(16, "{optimizer: [sgd], adapter: [none, prompt-tuning(tokens=8)]}");
    try (LanguageSubject subject = LanguageSubject.open(fits.experiment(), fits.registry())) {
      InputRooms.require(fits, subject.model());
      int places = ((DecoderModel) subject.model()).places();
      int rows = places - 15;
      Plan longer =
          plan(16, "{optimizer: [sgd], adapter: [none, prompt-tuning(tokens=%d)]}".formatted(rows));
      assertThatThrownBy(() -> run(longer, temp.resolve("out"), RunListener.NONE))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith("prompts.yaml:6:53: ")
          .hasMessageContaining("'prompt-tuning(init=vocabulary, tokens=%d)'".formatted(rows))
          .hasMessageContaining(
              "'training.max-length' is 16 tokens, and with %d rows before them the model's %d"
                      .formatted(rows, places)
                  + " positions hold at most 15: set 'max-length' to that, or take fewer rows");
      assertThat(temp.resolve("out")).doesNotExist();
    }
  }
}
