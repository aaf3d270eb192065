package io.github.palimpsest.engine;

import static io.github.palimpsest.engine.TaskLoops.SGD;
import static io.github.palimpsest.engine.TaskLoops.START;
import static io.github.palimpsest.engine.TaskLoops.everything;
import static io.github.palimpsest.engine.TaskLoops.loop;
import static io.github.palimpsest.engine.TaskLoops.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class TaskLoopTest {
  @Test
  void the_same_run_twice_gives_the_same_bits() {
    assertThat(run(loop(everything(), null), StepListener.NONE))
        .containsExactly(run(loop(everything(), null), StepListener.NONE));
  }

  @Test
  void the_fisher_is_the_mean_over_single_examples_of_the_squared_gradient() {
    TaskData one =
        TaskData.of(
            0,
            "one",
            List.of(LinearModel.example("a", 1, 1, 0, 2), LinearModel.example("b", 3, 2, 1, 1)));
    TaskStart start =
        TaskStart.first(
            new LinearModel(),
            START,
            Seats.of(SGD).with("a", new TaskLoops.Anchor()),
            Training.epochs(1, 1),
            1,
            Device.CPU);
    try (TaskGraph graph = new TaskGraph(start);
        org.tensorflow.Session session = graph.session()) {
      float[] fisher =
          graph.finish(session, one.examples()).get("a").get("fisher").copy(LinearModel.W);
      // w = (1, -2); example a: n (x.w - y) x = 1 (1 - 2) (1, 0); example b: 3 (2 - 2 - 1) (2, 1)
      double[] a = {-1, 0};
      double[] b = {-6, -3};
      assertThat(fisher)
          .containsExactly(
              new float[] {
                (float) ((a[0] * a[0] + b[0] * b[0]) / 2), (float) ((a[1] * a[1] + b[1] * b[1]) / 2)
              },
              within(1e-4f));
    }
  }

  @Test
  void a_kept_adapter_goes_on_and_its_base_stays_frozen() {
    TaskLoop kept = loop(Seats.of(SGD).with(new TaskLoops.Delta(false)), null);
    TaskLoop plain = loop(Seats.of(SGD), null);
    assertThat(run(kept, StepListener.NONE))
        .as("descent on W + delta is descent on W")
        .containsExactly(run(plain, StepListener.NONE), within(1e-5f));
  }

  @Test
  void an_adapter_merged_after_each_task_starts_the_next_from_the_merged_weights() {
    assertThat(run(loop(Seats.of(SGD).with(new TaskLoops.Delta(true)), null), StepListener.NONE))
        .containsExactly(run(loop(Seats.of(SGD), null), StepListener.NONE), within(1e-5f));
  }

  @Test
  void a_merger_acts_after_each_task_or_after_the_last_alone() {
    List<Integer> each = new ArrayList<>();
    List<Integer> last = new ArrayList<>();
    Seats both =
        Seats.of(SGD)
            .with(
                new Seats.Merge(
                    h -> {
                      each.add(h.taskIndex());
                      return h.beforeTask();
                    },
                    false))
            .with(
                new Seats.Merge(
                    h -> {
                      last.add(h.taskIndex());
                      return h.afterTask();
                    },
                    true));
    float[] end = run(loop(both, null), StepListener.NONE);
    assertThat(each).as("tasks seen by the merger of each task").contains(0, 1, 2);
    assertThat(last).as("tasks seen by the merger of the last").containsOnly(2);
    assertThat(end)
        .as("a merger that gives back the weights before each task undoes all training")
        .containsExactly(START.copy(LinearModel.W));
  }

  /** Gives the weights after the first task, and notes those after each. */
  private static Seats.Merge first(boolean last, List<List<float[]>> seen) {
    return new Seats.Merge(
        h -> {
          List<float[]> after = new ArrayList<>();
          for (int task = 0; task <= h.taskIndex(); task++) {
            after.add(h.after(task).copy(LinearModel.W));
          }
          seen.add(after);
          return h.after(0);
        },
        last,
        true);
  }

  @Test
  void a_merger_that_reads_history_has_the_weights_after_each_task(@TempDir Path folder) {
    List<float[]> expected = new ArrayList<>();
    TaskLoop plain = loop(Seats.of(SGD), null);
    while (plain.trainedTasks() < 3) {
      plain.train(StepListener.NONE);
      expected.add(plain.trained().copy(LinearModel.W));
    }
    List<List<float[]>> seen = new ArrayList<>();
    Seats last = Seats.of(SGD).with(first(true, seen));
    assertThat(run(loop(last, null), StepListener.NONE)).containsExactly(expected.get(0));
    TaskLoop begun = loop(last, folder);
    begun.train(StepListener.NONE);
    begun.train(StepListener.NONE);
    assertThat(run(loop(last, folder), StepListener.NONE))
        .as("continued from a checkpoint after the second task")
        .containsExactly(expected.get(0));
    TaskLoop elsewhere = loop(Seats.of(SGD).with(first(true, seen)), null);
    elsewhere.takeHistory(task -> LinearModel.weights(task, 7));
    assertThat(run(elsewhere, StepListener.NONE)).as("of somebody else").containsExactly(0, 7);
    assertThat(seen.get(0)).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void weights_after_a_task_are_from_before_any_merger() {
    List<List<float[]>> seen = new ArrayList<>();
    run(loop(Seats.of(SGD).with(first(false, seen)), null), StepListener.NONE);
    List<float[]> third = seen.get(seen.size() - 1);
    assertThat(third).hasSize(3);
    assertThat(third.get(1))
        .as("trained from the weights after the first task")
        .isNotEqualTo(third.get(0));
  }

  @Test
  void a_merger_that_does_not_declare_it_has_no_history() {
    Seats seats = Seats.of(SGD).with(new Seats.Merge(h -> h.after(0), true));
    assertThatThrownBy(() -> run(loop(seats, null), StepListener.NONE))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("ReadsHistory");
  }

  @Test
  void a_task_without_examples_is_refused_by_name() {
    assertThatThrownBy(
            () -> loop(Seats.of(SGD), 5, List.of(TaskData.of(0, "void", List.of())), null))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'void'");
  }

  @Test
  void a_merger_that_would_end_a_remembered_adapter_is_refused() {
    Seats remembered = Seats.of(SGD).with("0-anchor", new TaskLoops.Anchor());
    Seats.Merge eachTask = new Seats.Merge(h -> h.afterTask(), false);
    assertThatThrownBy(() -> remembered.with(new TaskLoops.Delta(false)).with(eachTask))
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("0-anchor")
        .hasMessageContaining("rule restarts");
    assertThat(remembered.with(eachTask).mergers()).as("without an adapter").hasSize(1);
    assertThat(remembered.with(new TaskLoops.Delta(true)).with(eachTask).mergers())
        .as("an adapter that is meant to end")
        .hasSize(1);
  }

  /** Looks at the weights at these steps of each task. */
  private record Looking(Set<Long> at, List<String> seen, List<float[]> found)
      implements StepListener {
    @Override
    public void onStep(int task, long step, long total, double loss) {}

    @Override
    public boolean looks(long step, long total) {
      return at.contains(step);
    }

    @Override
    public void weights(int task, long step, WeightSnapshot now) {
      seen.add(task + "/" + step);
      found.add(now.copy(LinearModel.W));
    }
  }

  @Test
  void looking_at_the_weights_changes_no_bit_and_the_last_look_is_at_the_result() {
    Looking looking = new Looking(Set.of(0L, 4L, 9L), new ArrayList<>(), new ArrayList<>());
    float[] plain = run(loop(everything(), null), StepListener.NONE);
    float[] looked = run(loop(everything(), null), looking);
    assertThat(looked).as("noise, momentum, memories and adapter").isEqualTo(plain);
    assertThat(looking.seen())
        .as("3 epochs of 3 batches in each of 3 tasks")
        .containsExactly("0/0", "0/4", "0/9", "1/0", "1/4", "1/9", "2/0", "2/4", "2/9");
    assertThat(looking.found().get(0)).containsExactly(START.copy(LinearModel.W));
    assertThat(looking.found().get(8)).containsExactly(looked);
    assertThat(looking.found().get(3))
        .as("a task begins where the last one ended")
        .containsExactly(looking.found().get(2));
  }
}
