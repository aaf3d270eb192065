package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.checkpoint.Checkpoint;
import io.github.palimpsest.engine.checkpoint.CheckpointFile;
import io.github.palimpsest.engine.device.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class StepCheckpointsTest {
  private static final int TASK = 1;

  @TempDir Path folder;
  private StepGraph graph;

  @BeforeEach
  void graph() {
    graph = fresh();
  }

  @AfterEach
  void close() {
    graph.close();
  }

  private static StepGraph fresh() {
    return StepGraph.firstTask(
        new LinearModel(),
        TaskLoops.START,
        Seats.of(TaskLoops.NOISY),
        TaskLoops.TRAINING,
        5,
        Device.CPU);
  }

  private void step(int step) {
    graph.step(TaskLoops.TASKS.get(0).examples().subList(0, 4), step, 9);
  }

  private CheckpointFile file() {
    return new CheckpointFile(folder, "steps.checkpoint", 5);
  }

  private StepCheckpoints checkpoints(Executor writer) {
    return new StepCheckpoints(file(), TASK, writer);
  }

  @Test
  void training_goes_on_while_a_checkpoint_is_written() {
    Queue<Runnable> held = new ArrayDeque<>();
    step(0);
    float[] copied = graph.trainable().copy(LinearModel.W);
    float[] momentum = graph.slots().copy("momentum:" + LinearModel.W);
    try (StepCheckpoints checkpoints = checkpoints(held::add)) {
      checkpoints.save(graph, 1);
      step(1);
      assertThat(folder).as("nothing is written yet").isEmptyDirectory();
      assertThat(graph.trainable().copy(LinearModel.W)).isNotEqualTo(copied);
      held.remove().run();
    }
    Checkpoint written = file().read().orElseThrow();
    assertThat(written.number("step")).isEqualTo(1);
    assertThat(written.weights("trainable").copy(LinearModel.W))
        .as("the weights at the moment of the checkpoint")
        .containsExactly(copied);
    assertThat(written.weights("slots").copy("momentum:" + LinearModel.W))
        .containsExactly(momentum);
  }

  @Test
  void a_checkpoint_waits_for_the_one_before() {
    Thread training = Thread.currentThread();
    List<Long> before = new ArrayList<>();
    Executor late =
        write -> {
          before.add(file().read().map(c -> c.number("step")).orElse(0L));
          new Thread(
                  () -> {
                    while (training.getState() != Thread.State.WAITING) {
                      Thread.onSpinWait();
                    }
                    write.run();
                  })
              .start();
        };
    try (StepCheckpoints checkpoints = checkpoints(late)) {
      for (int step = 0; step < 3; step++) {
        step(step);
        checkpoints.save(graph, step + 1);
      }
    }
    assertThat(before).as("what was there when each write began").containsExactly(0L, 1L, 2L);
    assertThat(file().read().orElseThrow().number("step")).isEqualTo(3);
  }

  @Test
  void a_resumed_graph_stands_where_the_checkpoint_was_made() {
    step(0);
    step(1);
    try (StepCheckpoints checkpoints = checkpoints(Runnable::run)) {
      checkpoints.save(graph, 2);
    }
    step(2);
    float[] end = graph.trainable().copy(LinearModel.W);
    graph.close();
    graph = fresh();
    try (StepCheckpoints checkpoints = checkpoints(Runnable::run)) {
      assertThat(checkpoints.resume(graph)).isEqualTo(2);
    }
    step(2);
    assertThat(graph.trainable().copy(LinearModel.W)).containsExactly(end);
  }

  @Test
  void a_checkpoint_of_another_task_is_left_aside() {
    try (StepCheckpoints other = new StepCheckpoints(file(), TASK + 1, Runnable::run)) {
      other.save(graph, 2);
    }
    try (StepCheckpoints checkpoints = checkpoints(Runnable::run)) {
      assertThat(checkpoints.resume(graph)).isZero();
    }
  }

  @Test
  void a_checkpoint_that_cannot_be_written_fails_the_next_and_the_end() throws IOException {
    Path blocked = Files.createFile(folder.resolve("file")).resolve("inside");
    CheckpointFile nowhere = new CheckpointFile(blocked, "steps.checkpoint", 5);
    StepCheckpoints checkpoints = new StepCheckpoints(nowhere, TASK, Runnable::run);
    checkpoints.save(graph, 1);
    assertThatThrownBy(() -> checkpoints.save(graph, 2))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("steps.checkpoint")
        .hasMessageContaining("cannot be written");
    checkpoints.save(graph, 3);
    assertThatThrownBy(checkpoints::close)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("cannot be written");
    checkpoints.close();
  }

  @Test
  void without_a_folder_nothing_is_written() {
    Queue<Runnable> held = new ArrayDeque<>();
    CheckpointFile none = new CheckpointFile(null, "steps.checkpoint", 5);
    try (StepCheckpoints checkpoints = new StepCheckpoints(none, TASK, held::add)) {
      checkpoints.save(graph, 1);
      assertThat(checkpoints.resume(graph)).isZero();
    }
    assertThat(held).isEmpty();
  }
}
