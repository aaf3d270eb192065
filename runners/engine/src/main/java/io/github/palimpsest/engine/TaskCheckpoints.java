package io.github.palimpsest.engine;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.checkpoint.CheckpointFile;
import io.github.palimpsest.engine.checkpoint.StateFile;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one run: the state after the last trained task, the state at the start of the
 * current task, and the last checkpoint within it.
 */
final class TaskCheckpoints {
  private final WeightSnapshot pretrained;
  private final boolean adapter;
  private final CheckpointFile task;
  private final CheckpointFile begun;
  private final CheckpointFile steps;
  private final KeptStates kept;

  /**
   * @param folder the folder for them, or null for none: then nothing is copied either
   */
  TaskCheckpoints(@Nullable Path folder, long seed, WeightSnapshot pretrained, boolean adapter) {
    this.pretrained = pretrained;
    this.adapter = adapter;
    task = new CheckpointFile(folder, StateFile.NAME, seed);
    begun = new CheckpointFile(folder, "begun.checkpoint", seed);
    steps = new CheckpointFile(folder, "steps.checkpoint", seed);
    kept = new KeptStates(folder, seed);
  }

  Optional<TaskState> lastTask() {
    return state(task);
  }

  /** The state at the start of a task, if it has begun. */
  Optional<TaskState> begunTask(int index) {
    return state(begun).filter(s -> s.trainedTasks() == index);
  }

  void saveTask(TaskState state) {
    save(task, state);
    begun.delete();
    steps.delete();
  }

  void saveBegun(TaskState state) {
    save(begun, state);
  }

  /** The states of the present task that a listener asked to keep. */
  KeptStates kept() {
    return kept;
  }

  /** The checkpoints within a task; close them before the task is saved. */
  StepCheckpoints within(int index) {
    // no daemon: a JVM that ends normally ends after the checkpoint
    return new StepCheckpoints(steps, index, write -> new Thread(write, "checkpoint").start());
  }

  private Optional<TaskState> state(CheckpointFile file) {
    return file.read().map(c -> TaskState.of(c, pretrained, adapter));
  }

  private void save(CheckpointFile file, TaskState state) {
    if (file.kept()) {
      file.write(state.toCheckpoint(pretrained));
    }
  }
}
