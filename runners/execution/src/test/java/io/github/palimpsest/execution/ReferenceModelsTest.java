package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.query.ResultDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reference models are trained once for all cells that share optimizer, adapter and seed. */
@Tag("native")
class ReferenceModelsTest {
  private static final String AXES = "{optimizer: [sgd], merger: [none, wise-ft]}";
  private static final String MISSED = "missed";
  private static final String MISSED_ALONE = "missed(reference=alone)";

  @TempDir Path temp;

  private static Plan plan(String... metrics) {
    return ToyRun.plan(AXES + "\nmetrics: [" + String.join(", ", metrics) + "]");
  }

  private static CellResult result(Path out, Plan plan, int cell) {
    return CellResult.of(new FolderLayout(out).result(plan.cells().get(cell).id()));
  }

  @Test
  void a_plan_trains_reference_models_only_for_metrics_that_are_named() {
    assertThat(ToyRun.plan(AXES).references()).as("all metrics without references").isEmpty();
    Stages stages = Stages.of(plan("lost", MISSED), true);
    // task a of both; task b with and without the merger; task b jointly. The reference model of
    // task a is the training of sgd alone on it, which both cells have
    assertThat(stages.all()).hasSize(4);
    assertThat(stages.withoutSharing()).as("2 cells x (2 tasks + 2 references)").isEqualTo(8);
    assertThat(stages.all())
        .filteredOn(s -> s.reference() != null)
        .singleElement()
        .satisfies(s -> assertThat(stages.inputs(s)).containsEntry("reference", "joint"));
    assertThat(Stages.of(plan("lost", MISSED, MISSED_ALONE), true).all()).hasSize(5);
  }

  @Test
  void its_score_is_that_of_a_model_trained_on_all_tasks_so_far_together() {
    Plan plan = plan("lost", MISSED);
    ToyRun.run(plan, temp, RunListener.NONE);
    CellResult result = result(temp, plan, 0);
    SortedMap<String, Double> expected = new TreeMap<>();
    expected.put("a", result.scores().after()[0][0]);
    Recipe sgd = plan.cells().get(0).recipe();
    try (ToySubject subject = new ToySubject()) {
      TaskData both =
          TaskData.of(
              0,
              "b",
              Stream.of(subject.task(0), subject.task(1))
                  .flatMap(t -> t.examples().stream())
                  .toList());
      // two tasks of 20 examples, 3 epochs in batches of 4: 30 steps, which are 3 epochs of 40
      TaskLoop loop =
          new TaskLoop(
              subject.model(),
              subject.pretrained(1),
              Seats.of(sgd),
              new Training(3, 30, 4, 1, 0),
              1,
              List.of(both),
              plan.experiment().device(),
              null);
      loop.train(StepListener.NONE);
      expected.put("b", subject.score("b", loop.weights()).value());
    }
    assertThat(values(result, "joint")).isEqualTo(expected);
    assertThat(result.metric(MISSED))
        .as("the mean of a[k] - R[k, k]; a[1] is R[1, 1]")
        .isEqualTo((expected.get("b") - result.scores().after()[1][1]) / 2);
    assertThat(values(result(temp, plan, 1), "joint")).as("shared").isEqualTo(expected);
  }

  private static SortedMap<String, Double> values(CellResult result, String word) {
    SortedMap<String, Double> values = new TreeMap<>();
    result.references(word).forEach((task, score) -> values.put(task, score.value()));
    return values;
  }

  @Test
  void a_run_interrupted_while_a_reference_model_is_trained_goes_on_to_the_same_bytes()
      throws IOException {
    Plan plan = plan("lost", MISSED, MISSED_ALONE);
    ToyRun.run(plan, temp.resolve("whole"), RunListener.NONE);
    for (String task : List.of("joint reference of b", "alone reference of b")) {
      Path out = temp.resolve(task);
      RunListener killer =
          event -> {
            if (event instanceof RunEvent.Step s && s.task().equals(task) && s.step() == 8) {
              InterruptedRunTest.Killed.now();
            }
          };
      assertThatThrownBy(() -> ToyRun.run(plan, out, killer))
          .isInstanceOf(InterruptedRunTest.Killed.class);
      List<Long> steps = new ArrayList<>();
      ToyRun.run(
          plan,
          out,
          event -> {
            if (event instanceof RunEvent.Step s && s.task().equals(task)) {
              steps.add(s.step());
            }
          });
      // every second step is a checkpoint; the step that was hit is none
      assertThat(steps.get(0)).as("first step after the kill").isEqualTo(7);
      assertThat(ToyRun.content(out)).as(task).isEqualTo(ToyRun.content(temp.resolve("whole")));
      assertThat(ToyRun.losses(out)).as(task).isEqualTo(ToyRun.losses(temp.resolve("whole")));
    }
  }

  @Test
  void a_metric_that_is_added_later_trains_its_reference_models_and_nothing_else()
      throws IOException {
    Path late = temp.resolve("late");
    ToyRun.run(plan("lost"), late, RunListener.NONE);
    assertThat(result(late, plan("lost"), 0).references()).isNull();
    List<String> trained = new ArrayList<>();
    Plan plan = plan("lost", MISSED);
    ToyRun.run(
        plan,
        late,
        event -> {
          if (event instanceof RunEvent.Step step) {
            trained.add(step.task());
          }
        });
    assertThat(trained).hasSize(30).containsOnly("joint reference of b");
    ToyRun.run(plan, temp.resolve("whole"), RunListener.NONE);
    assertThat(ToyRun.content(late)).isEqualTo(ToyRun.content(temp.resolve("whole")));
    ToyRun.run(plan("lost"), late, RunListener.NONE);
    assertThat(result(late, plan, 0).references()).as("no metric needs them").isNull();
    List<String> again = new ArrayList<>();
    ToyRun.run(
        plan,
        late,
        event -> {
          if (event instanceof RunEvent.Step step) {
            again.add(step.task());
          }
        });
    assertThat(again).as("their scores are in the folder").isEmpty();
    assertThat(ToyRun.content(late)).isEqualTo(ToyRun.content(temp.resolve("whole")));
  }

  @Test
  void stages_of_reference_models_are_ready_work_and_are_told_apart() {
    Plan plan = plan(MISSED, MISSED_ALONE);
    Stages stages = Stages.of(plan, true);
    ExperimentRun.prepare(plan, RunSettings.DEFAULT, temp);
    ReadyWork work = new ReadyWork(plan, stages, temp);
    List<String> ready = new ArrayList<>();
    work.next().ifPresent(a -> ready.add(a.id()));
    for (var next = work.next(); next.isPresent(); next = work.next()) {
      ready.add(next.get().id());
    }
    assertThat(ready)
        .as("the first task, and both reference models of the second")
        .containsExactlyInAnyOrderElementsOf(
            stages.all().stream().filter(s -> s.parent() == null).map(Stage::id).toList());
    ToyRun.run(plan, temp, RunListener.NONE);
    assertThat(new ReadyWork(plan, stages, temp).next()).isEmpty();
    assertThat(
            ResultDatabase.query(
                    temp, "SELECT reference, task, steps FROM stages ORDER BY reference, steps")
                .rows())
        .containsExactlyInAnyOrder(
            List.of("alone", 2L, 15L),
            List.of("joint", 2L, 30L),
            java.util.Arrays.asList(null, 1L, 15L),
            java.util.Arrays.asList(null, 2L, 15L),
            java.util.Arrays.asList(null, 2L, 15L));
  }
}
