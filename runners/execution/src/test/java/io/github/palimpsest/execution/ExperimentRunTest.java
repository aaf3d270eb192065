package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.content;
import static io.github.palimpsest.execution.ToyRun.losses;
import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves, and what it tells. */
@Tag("native")
class ExperimentRunTest {
  @TempDir Path temp;

  @Test
  void the_same_experiment_twice_gives_identical_bytes_in_all_that_is_not_measured()
      throws IOException {
    Plan plan = plan("{optimizer: [sgd, sam], merger: [none, wise-ft]}");
    assertThat(run(plan, temp.resolve("one"), RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(4, 0, 0));
    run(plan, temp.resolve("two"), RunListener.NONE);
    SortedMap<String, String> one = content(temp.resolve("one"));
    assertThat(one).as("4 results, experiment, plan").hasSize(6);
    assertThat(content(temp.resolve("two"))).isEqualTo(one);
  }

  @Test
  void a_result_has_the_matrix_the_kept_set_the_metrics_and_the_origins() throws IOException {
    Plan plan = plan("{optimizer: [sgd(lr=0.5)]}", "data", "abc");
    run(plan, temp.resolve("out"), RunListener.NONE);
    Path cell = temp.resolve("out/cells").resolve(plan.cells().get(0).id());
    JsonNode result = JsonFile.read(cell.resolve(FolderLayout.RESULT));
    assertThat(result.path("recipe").asText()).isEqualTo("sgd(lr=0.5)");
    assertThat(result.path("scores").path("after").size()).as("a row a task").isEqualTo(2);
    double first = result.at("/scores/after/0/0").asDouble();
    double last = result.at("/scores/after/1/0").asDouble();
    assertThat(first).as("task a is learned").isGreaterThan(0.8);
    assertThat(result.at("/metrics/lost").asDouble())
        .as("R[2, 1] - R[1, 1]")
        .isEqualTo(last - first);
    assertThat(result.at("/kept/kept/after").size()).isEqualTo(2);
    assertThat(result.at("/steps").toString())
        .as("20 examples, 4 a step, 3 epochs")
        .isEqualTo("[15,15]");
    assertThat(result.at("/declared_cost/passes_per_step").asDouble()).isEqualTo(1);
    assertThat(result.at("/components/0/plugin").asText()).isEqualTo("fakes");
    assertThat(result.at("/inputs/data").asText()).isEqualTo("abc");
    assertThat(result.at("/rows/2/a/per_example").size()).as("outcomes are kept").isEqualTo(20);
    JsonNode measured = JsonFile.read(cell.resolve(FolderLayout.TIMING)).path("measured");
    assertThat(measured.path("steps_taken").asInt()).isEqualTo(30);
    assertThat(measured.path("wall_seconds").asDouble()).isPositive();
    JsonNode stages = JsonFile.read(cell.resolve(FolderLayout.TIMING)).path("stages");
    assertThat(stages).as("a stage a task").hasSize(2);
    assertThat(losses(temp.resolve("out")).values())
        .as("a row a step of each stage, and the head")
        .hasSize(2)
        .allSatisfy(log -> assertThat(log.lines()).hasSize(1 + 15));
  }

  @Test
  void a_cell_whose_loss_is_not_finite_fails_with_its_step_and_the_others_go_on() {
    Plan plan = plan("{optimizer: [sgd(lr=1e38), sgd]}");
    List<String> reasons = new ArrayList<>();
    RunListener listener =
        event -> {
          if (event instanceof RunEvent.Failed failure) {
            reasons.add(plan.cell(failure.cell()).recipe() + ": " + failure.reason());
          }
        };
    Path out = temp.resolve("out");
    assertThat(run(plan, out, listener)).isEqualTo(new ExperimentRun.Summary(1, 0, 1));
    assertThat(reasons).singleElement().asString().startsWith("sgd(lr=1e38): ");
    String failed = plan.cells().get(0).id();
    JsonNode note =
        JsonFile.read(out.resolve("cells").resolve(failed).resolve(FolderLayout.FAILED));
    assertThat(note.path("recipe").asText()).isEqualTo("sgd(lr=1e38)");
    assertThat(note.path("task").asText()).isEqualTo("a");
    assertThat(note.path("step").asInt()).isBetween(1, 15);
    assertThat(out.resolve("cells").resolve(failed).resolve(FolderLayout.RESULT)).doesNotExist();
    assertThat(run(plan, out, RunListener.NONE))
        .as("the failed cell is tried again, the other is skipped")
        .isEqualTo(new ExperimentRun.Summary(0, 1, 1));
  }

  @Test
  void other_metrics_are_computed_from_the_scores_without_training() {
    Path out = temp.resolve("out");
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, out, RunListener.NONE);
    Plan without =
        new Plan(
            plan.experiment(),
            plan.registry(),
            plan.shared(),
            plan.cells(),
            plan.excluded(),
            plan.selected(),
            List.of());
    assertThat(run(without, out, RunListener.NONE)).isEqualTo(new ExperimentRun.Summary(0, 1, 0));
    Path file = out.resolve("cells").resolve(plan.cells().get(0).id()).resolve("result.json");
    assertThat(JsonFile.read(file).path("metrics").size()).as("no metric is wanted").isZero();
    run(plan, out, RunListener.NONE);
    assertThat(JsonFile.read(file).at("/metrics/lost").isNumber()).as("wanted again").isTrue();
  }
}
