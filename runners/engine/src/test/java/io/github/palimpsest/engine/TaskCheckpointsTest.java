package io.github.palimpsest.engine;

import static io.github.palimpsest.engine.TaskLoops.NOISY;
import static io.github.palimpsest.engine.TaskLoops.SGD;
import static io.github.palimpsest.engine.TaskLoops.TASKS;
import static io.github.palimpsest.engine.TaskLoops.everything;
import static io.github.palimpsest.engine.TaskLoops.loop;
import static io.github.palimpsest.engine.TaskLoops.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class TaskCheckpointsTest {
  @Test
  void a_run_interrupted_at_any_step_ends_with_the_same_bits(@TempDir Path folder) {
    float[] uninterrupted = run(loop(everything(), null), StepListener.NONE);
    for (int stopAt : new int[] {1, 3, 4, 9, 11, 14, 18, 26}) {
      Path own = folder.resolve("stop-" + stopAt);
      int[] seen = {0};
      assertThatThrownBy(
              () ->
                  run(
                      loop(everything(), own),
                      (task, step, total, loss) -> {
                        if (++seen[0] == stopAt) {
                          throw new IllegalStateException("killed");
                        }
                      }))
          .hasMessage("killed");
      int[] again = {0};
      assertThat(run(loop(everything(), own), (task, step, total, loss) -> again[0]++))
          .as("killed at step %d of 27", stopAt)
          .containsExactly(uninterrupted);
      assertThat(again[0])
          .as("steps repeated after a kill at step %d: at most those since a checkpoint", stopAt)
          .isLessThanOrEqualTo(27 - stopAt + 2);
    }
  }

  @Test
  void a_damaged_checkpoint_is_named_and_refused(@TempDir Path folder) throws IOException {
    TaskLoop first = loop(everything(), folder);
    first.train(StepListener.NONE);
    Path file = folder.resolve("task.checkpoint");
    byte[] bytes = Files.readAllBytes(file);
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    Files.write(file, flipped);
    assertThatThrownBy(() -> loop(everything(), folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(file.toString());
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(() -> loop(everything(), folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("truncated");
  }

  @Test
  void runs_that_differ_in_later_components_alone_share_the_first_task(@TempDir Path folder)
      throws IOException {
    TaskLoop plain = loop(Seats.of(NOISY), folder.resolve("plain"));
    plain.train(StepListener.NONE);
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.copy(folder.resolve("plain/task.checkpoint"), shared.resolve("task.checkpoint"));
    TaskLoop continued = loop(later(), shared);
    assertThat(continued.trainedTasks()).isEqualTo(1);
    assertThat(run(continued, StepListener.NONE))
        .as("as if the first task had been trained with the later components present")
        .containsExactly(run(loop(later(), null), StepListener.NONE));
  }

  private static Seats later() {
    return Seats.of(NOISY).with("0-anchor", new TaskLoops.Anchor()).with(new TaskLoops.OneKept());
  }

  @Test
  void a_checkpoint_of_another_seed_is_refused(@TempDir Path folder) {
    loop(Seats.of(SGD), folder).train(StepListener.NONE);
    assertThatThrownBy(() -> loop(Seats.of(SGD), 6, TASKS, folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("seed 5, not 6");
  }
}
