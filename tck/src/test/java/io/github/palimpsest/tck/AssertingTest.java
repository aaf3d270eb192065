package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.tck.asserting.AssertingAdapter;
import io.github.palimpsest.tck.asserting.AssertingMerger;
import io.github.palimpsest.tck.asserting.AssertingOptimizer;
import io.github.palimpsest.tck.asserting.AssertingRegularizer;
import io.github.palimpsest.tck.asserting.AssertingRehearsal;
import io.github.palimpsest.tck.asserting.BrokenByRunner;
import io.github.palimpsest.tck.asserting.History;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.ScriptedMergeSite;
import io.github.palimpsest.tck.subject.Buffer;
import io.github.palimpsest.tck.subject.QuadraticPull;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class AssertingTest {
  private static final MiniLlama MODEL = new MiniLlama(1);

  private static TaskData task(int index) {
    return TaskData.of(index, "task-" + index, MiniLlama.examples(index, 6));
  }

  @Test
  void the_engine_keeps_the_rules_for_runners() {
    History history = new History();
    Seats strategy =
        Seats.of(
                new AssertingOptimizer(
                    c ->
                        new Updates(
                            c.oracle()
                                .gradient(c.params())
                                .tensors()
                                .scale(c.tf(), c.tf().constant(-0.01f))),
                    history))
            .with("pull", new AssertingRegularizer(new QuadraticPull(1), history))
            .with(new AssertingAdapter(new SmallLora(2), history))
            .with(new AssertingRehearsal(new Buffer(4), history))
            .with(new Seats.Merge(new AssertingMerger(WeightHistory::afterTask, history), true));
    List<TaskData> tasks = List.of(task(0), task(1), task(2));
    TaskLoop loop =
        new TaskLoop(
            MODEL,
            MODEL.start().snapshot(MODEL.parameters()),
            strategy,
            Training.epochs(2, 3),
            5,
            tasks,
            Device.CPU,
            null);
    for (int t = 0; t < tasks.size(); t++) {
      loop.train(StepListener.NONE);
    }
    loop.weights();
    assertThat(history.calls())
        .containsSubsequence(
            "epoch of task 0", "afterTask 0", "epoch of task 1", "afterTask 1", "epoch of task 2")
        .contains("merge after task 2")
        .doesNotContain("afterTask 2");
  }

  @Test
  void a_task_that_is_finished_twice_breaks_RUN_02_and_the_history_is_shown() {
    Rehearsal rehearsal = new AssertingRehearsal(new Buffer(4), new History());
    rehearsal.epoch(task(0), 2, Streams.stream(1, "epoch", 0, 0));
    rehearsal.afterTask(task(0), Streams.stream(1, "keep", 0, 0));
    assertThatThrownBy(() -> rehearsal.afterTask(task(0), Streams.stream(1, "keep", 0, 0)))
        .isInstanceOf(BrokenByRunner.class)
        .hasMessageStartingWith("[RUN-02 MUST] ")
        .hasMessageContaining("epoch of task 0\n            afterTask 0\n            afterTask 0");
  }

  @Test
  void a_regularizer_that_is_finished_out_of_order_breaks_RUN_02() {
    SortedMap<String, WeightSnapshot> none = new TreeMap<>();
    Named at = MODEL.start();
    List<ParameterSpec> specs = MODEL.parameters();
    History history = new History();
    List<BoundRegularizer> bound = new ArrayList<>();
    new io.github.palimpsest.tck.rig.RegularizerRig(
            MODEL,
            io.github.palimpsest.tck.rig.Space.of(MODEL, at, java.util.Optional.empty()),
            site -> {
              BoundRegularizer b =
                  new AssertingRegularizer(new QuadraticPull(1), history).bind(site);
              bound.add(b);
              return b;
            },
            0,
            none,
            at)
        .close();
    assertThatThrownBy(
            () ->
                bound
                    .get(0)
                    .afterTask(
                        new io.github.palimpsest.tck.rig.ScriptedTask(
                            1, MODEL.parameters(), specs, at, at, at, none)))
        .isInstanceOf(BrokenByRunner.class)
        .hasMessageStartingWith("[RUN-02 MUST] ");
  }

  @Test
  void weights_of_another_model_break_RUN_03() {
    WeightSnapshot whole = MODEL.start().snapshot(MODEL.parameters());
    AssertingMerger merger = new AssertingMerger(WeightHistory::afterTask, new History());
    assertThatThrownBy(
            () ->
                merger.apply(
                    WeightHistory.of(
                        whole,
                        whole,
                        WeightSnapshot.empty(),
                        0,
                        new ScriptedMergeSite(MODEL.parameters(), 1))))
        .isInstanceOf(BrokenByRunner.class)
        .hasMessageStartingWith("[RUN-03 MUST] ")
        .hasMessageContaining("an adapter that is not merged?");
  }
}
