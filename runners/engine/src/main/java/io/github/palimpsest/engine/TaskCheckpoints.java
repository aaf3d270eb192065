package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.WeightSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one run: the state after the last trained task, the state from which the task
 * under way began, and the last checkpoint within it.
 */
final class TaskCheckpoints {
  private static final String TASK = "task.checkpoint";
  private static final String BEGUN = "begun.checkpoint";
  private static final String STEPS = "steps.checkpoint";

  private final @Nullable Path folder;
  private final long seed;
  private final WeightSnapshot pretrained;
  private final boolean adapter;

  TaskCheckpoints(@Nullable Path folder, long seed, WeightSnapshot pretrained, boolean adapter) {
    this.folder = folder;
    this.seed = seed;
    this.pretrained = pretrained;
    this.adapter = adapter;
  }

  Optional<TaskState> lastTask() {
    return state(TASK);
  }

  /** The state from which a task began, if it did. */
  Optional<TaskState> begunTask(int task) {
    return state(BEGUN).filter(s -> s.trainedTasks() == task);
  }

  void saveTask(TaskState state) {
    write(TASK, () -> state.toCheckpoint(pretrained));
    delete(BEGUN);
    delete(STEPS);
  }

  void saveBegun(TaskState state) {
    write(BEGUN, () -> state.toCheckpoint(pretrained));
  }

  void saveSteps(StepGraph graph, int task, long step) {
    write(
        STEPS,
        () -> {
          Checkpoint c = new Checkpoint();
          c.numbers().put("task", (long) task);
          c.numbers().put("step", step);
          c.weights().put("trainable", graph.trainable());
          c.weights().put("slots", graph.slots());
          return c;
        });
  }

  /** Steps of the task that a checkpoint holds; the graph then stands behind them. */
  long resume(StepGraph graph, int task) {
    Optional<Checkpoint> c = read(STEPS).filter(s -> s.number("task") == task);
    c.ifPresent(s -> graph.restore(s.weights("trainable"), s.weights("slots")));
    return c.map(s -> s.number("step")).orElse(0L);
  }

  private Optional<TaskState> state(String name) {
    return read(name).map(c -> TaskState.of(c, pretrained, adapter));
  }

  private Optional<Checkpoint> read(String name) {
    if (folder == null || !Files.exists(folder.resolve(name))) {
      return Optional.empty();
    }
    Checkpoint c = Checkpoint.read(folder.resolve(name));
    if (c.number("seed") != seed) {
      throw new PalimpsestException(
          "checkpoint '"
              + folder.resolve(name)
              + "' is of a run with seed "
              + c.number("seed")
              + ", not "
              + seed);
    }
    return Optional.of(c);
  }

  /** Without a folder nothing is copied either. */
  private void write(String name, Supplier<Checkpoint> made) {
    if (folder != null) {
      Checkpoint checkpoint = made.get();
      checkpoint.numbers().put("seed", seed);
      checkpoint.write(folder.resolve(name));
    }
  }

  private void delete(String name) {
    if (folder == null) {
      return;
    }
    try {
      Files.deleteIfExists(folder.resolve(name));
    } catch (IOException e) {
      throw new PalimpsestException(
          "checkpoint '" + folder.resolve(name) + "' cannot be removed: " + e, e);
    }
  }
}
