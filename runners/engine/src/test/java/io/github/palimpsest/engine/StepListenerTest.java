package io.github.palimpsest.engine;

import static io.github.palimpsest.engine.TaskLoops.SGD;
import static io.github.palimpsest.engine.TaskLoops.START;
import static io.github.palimpsest.engine.TaskLoops.everything;
import static io.github.palimpsest.engine.TaskLoops.loop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class StepListenerTest {
  /** Keeps the weights after some steps, ends after a step, and is killed after another one. */
  private static final class Keeping implements StepListener {
    private final Set<Long> kept;
    private final long end;
    private final long killed;
    private final Map<Long, float[]> seen = new HashMap<>();
    private final List<StepReport> steps = new ArrayList<>();
    private long last;

    Keeping(Set<Long> kept, long end, long killed) {
      this.kept = kept;
      this.end = end;
      this.killed = killed;
    }

    @Override
    public void onStep(int task, long step, long total, double loss) {
      last = step;
      if (step == killed) {
        throw new IllegalStateException("killed");
      }
    }

    @Override
    public void onStep(StepReport step) {
      steps.add(step);
      onStep(step.task(), step.step(), step.totalSteps(), step.loss());
    }

    @Override
    public boolean measuresGradientNorm() {
      return true;
    }

    @Override
    public boolean looks(long step, long total) {
      last = step;
      return kept.contains(step);
    }

    @Override
    public void weights(int task, long step, WeightSnapshot weights) {
      seen.put(step, weights.copy(LinearModel.W));
    }

    @Override
    public boolean keeps() {
      return true;
    }

    @Override
    public boolean ends() {
      return last == end;
    }
  }

  private static TaskLoop one(Seats seats, @Nullable Path folder) {
    return loop(seats, 5, TaskLoops.TASKS.subList(0, 1), folder);
  }

  @Test
  void a_task_ends_where_the_listener_ends_it_and_returns_to_what_it_kept() {
    Keeping keeping = new Keeping(Set.of(0L, 2L, 4L), 5, 0);
    TaskLoop loop = one(everything(), null);
    loop.train(keeping);
    assertThat(keeping.steps).as("steps of 9").hasSize(5);
    assertThat(loop.trainedTasks()).isEqualTo(1);
    assertThat(loop.gradientPasses()).as("one for each step").hasValue(5);
    Keeping whole = new Keeping(Set.of(4L, 5L), 0, 0);
    one(everything(), null).train(whole);
    assertThat(loop.weights().copy(LinearModel.W)).containsExactly(whole.seen.get(5L));
    loop.returnTo(4);
    assertThat(loop.weights().copy(LinearModel.W)).containsExactly(whole.seen.get(4L));
    assertThatThrownBy(() -> loop.returnTo(2)).hasMessageContaining("step 2 were not kept");
  }

  @Test
  void what_was_kept_survives_a_kill_at_any_step(@TempDir Path folder) throws IOException {
    Keeping whole = new Keeping(Set.of(1L, 5L), 0, 0);
    one(everything(), null).train(whole);
    for (long killed : new long[] {1, 2, 5, 6, 7, 9}) { // checkpoints are written every 2 steps
      Path own = folder.resolve("killed-" + killed);
      assertThatThrownBy(() -> one(everything(), own).train(new Keeping(whole.kept, 0, killed)))
          .hasMessage("killed");
      TaskLoop again = one(everything(), own);
      again.train(new Keeping(whole.kept, 0, 0));
      TaskLoop finished = one(everything(), own);
      for (TaskLoop loop : List.of(again, finished)) {
        loop.returnTo(5);
        assertThat(loop.weights().copy(LinearModel.W)).containsExactly(whole.seen.get(5L));
      }
      try (Stream<Path> files = Files.list(own)) {
        assertThat(files.filter(f -> f.toString().contains("kept-")).count())
            .as("the latest and that at the last checkpoint")
            .isLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void what_was_kept_after_the_last_checkpoint_is_forgotten(@TempDir Path folder) {
    Keeping killed = new Keeping(Set.of(1L, 3L), 0, 4); // its checkpoint is after step 2
    assertThatThrownBy(() -> one(everything(), folder).train(killed)).hasMessage("killed");
    TaskLoop other = one(everything(), folder);
    other.train(StepListener.NONE);
    other.returnTo(1);
    assertThat(other.weights().copy(LinearModel.W)).containsExactly(killed.seen.get(1L));
    assertThatThrownBy(() -> other.returnTo(3)).hasMessageContaining("step 3 were not kept");
  }

  @Test
  void the_norm_of_the_gradient_is_that_of_the_reported_loss() {
    for (int accumulation : new int[] {1, 2}) {
      Keeping keeping = new Keeping(Set.of(0L, 1L), 1, 0);
      new TaskLoop(
              new LinearModel(),
              START,
              Seats.of(SGD),
              new Training(1, 0, 4, accumulation, 0),
              5,
              TaskLoops.TASKS.subList(0, 1),
              Device.CPU,
              null)
          .train(keeping);
      float[] before = keeping.seen.get(0L);
      float[] after = keeping.seen.get(1L);
      // w' = w - 0.1 g; the second parameter has no gradient
      double norm = Math.hypot(before[0] - after[0], before[1] - after[1]) / 0.1;
      assertThat(keeping.steps.get(0).gradientNorm().orElseThrow())
          .as("accumulation %d", accumulation)
          .isCloseTo(norm, within(1e-4 * norm));
    }
  }

  @Test
  void measuring_the_norm_changes_no_bit() {
    TaskLoop plain = one(everything(), null);
    plain.train(StepListener.NONE);
    TaskLoop measured = one(everything(), null);
    Keeping norms = new Keeping(Set.of(), 0, 0);
    measured.train(norms);
    assertThat(norms.steps).allSatisfy(s -> assertThat(s.gradientNorm()).isPresent());
    assertThat(measured.weights().copy(LinearModel.W))
        .containsExactly(plain.weights().copy(LinearModel.W));
  }

  @Test
  void a_norm_that_would_cost_a_pass_is_not_measured() {
    Optimizer byLoss =
        c -> {
          var loss =
              c.oracle().at(c.params(), Set.of(io.github.palimpsest.api.optimizer.Term.DATA));
          return new Updates(c.params().tensors().scale(c.tf(), loss.loss()));
        };
    Keeping keeping = new Keeping(Set.of(), 1, 0);
    one(Seats.of(byLoss), null).train(keeping);
    assertThat(keeping.steps.get(0).gradientNorm()).isEmpty();
  }
}
