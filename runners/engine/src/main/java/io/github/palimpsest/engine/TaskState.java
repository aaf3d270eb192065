package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.checkpoint.Checkpoint;
import io.github.palimpsest.engine.divergence.DivergedException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of a run after the last step of a task, or before the first step of the next.
 *
 * @param trainedTasks the number of trained tasks
 * @param base the frozen base of an adapter with its derived tensors; without one, the trainable
 *     parameters themselves
 * @param trainable values of the trainable parameters
 * @param before their values before the last trained task, or before the task that begins
 * @param tracked the slots that regularizers tracked during the last trained task
 * @param memories the memories of each regularizer of finished tasks
 * @param rehearsal the rehearsal's state; empty without one
 * @param earlier the model's weights after each task before the last trained one, for mergers that
 *     read them; else empty
 */
record TaskState(
    int trainedTasks,
    WeightSnapshot base,
    WeightSnapshot trainable,
    WeightSnapshot before,
    WeightSnapshot tracked,
    SortedMap<String, SortedMap<String, WeightSnapshot>> memories,
    byte[] rehearsal,
    List<WeightSnapshot> earlier) {

  private static final String DERIVED = "derived";
  private static final String EARLIER = "earlier/";

  /** The state before the first task. */
  static TaskState untrained(WeightSnapshot base, WeightSnapshot trainable) {
    return new TaskState(
        0,
        base,
        trainable,
        trainable,
        WeightSnapshot.empty(),
        new TreeMap<>(),
        new byte[0],
        List.of());
  }

  /** This state after one more task; the arguments are the components of those names. */
  TaskState trained(
      int tasks,
      WeightSnapshot base,
      WeightSnapshot now,
      WeightSnapshot before,
      WeightSnapshot tracked) {
    return new TaskState(tasks, base, now, before, tracked, memories, rehearsal, earlier);
  }

  /**
   * @throws DivergedException if a weight is not finite; names it and the task
   */
  static void requireFinite(WeightSnapshot weights, TaskData task) {
    for (String name : weights.names()) {
      for (float v : weights.copy(name)) {
        if (!Float.isFinite(v)) {
          throw new DivergedException(
              "parameter '" + name + "' is " + v + " after task '" + task.name() + "'");
        }
      }
    }
  }

  /** As a checkpoint, without tensors that equal weights which every run already has. */
  Checkpoint toCheckpoint(WeightSnapshot pretrained) {
    Checkpoint c = new Checkpoint();
    c.numbers().put("trained-tasks", (long) trainedTasks);
    c.blobs().put("rehearsal", rehearsal);
    c.weights().put("trainable", trainable);
    c.weights().put("tracked", tracked);
    for (int task = 0; task < earlier.size(); task++) {
      c.weights().put(EARLIER + task, earlier.get(task));
    }
    if (before != pretrained) {
      c.weights().put("before", before);
    }
    WeightSnapshot plain = base;
    if (base instanceof AdaptedBase adapted) {
      plain = adapted.plain();
      c.weights().put(DERIVED, adapted.derived());
    }
    if (plain != pretrained && plain != trainable) {
      c.weights().put("base", plain);
    }
    memories.forEach(
        (regularizer, own) ->
            own.forEach((name, values) -> c.weights().put(memory(regularizer, name), values)));
    return c;
  }

  static TaskState of(Checkpoint c, WeightSnapshot pretrained, boolean adapter) {
    TreeMap<String, SortedMap<String, WeightSnapshot>> memories = new TreeMap<>();
    c.weights()
        .forEach(
            (key, values) -> {
              String[] parts = key.split("/", 3);
              if (parts.length == 3) {
                memories.computeIfAbsent(parts[1], r -> new TreeMap<>()).put(parts[2], values);
              }
            });
    List<WeightSnapshot> earlier = new ArrayList<>();
    while (c.weights().containsKey(EARLIER + earlier.size())) {
      earlier.add(c.weights(EARLIER + earlier.size()));
    }
    WeightSnapshot trainable = c.weights("trainable");
    WeightSnapshot plain = c.weights().getOrDefault("base", adapter ? pretrained : trainable);
    WeightSnapshot derived = c.weights().get(DERIVED);
    return new TaskState(
        Math.toIntExact(c.number("trained-tasks")),
        derived == null ? plain : new AdaptedBase(plain, derived),
        trainable,
        c.weights().getOrDefault("before", pretrained),
        c.weights("tracked"),
        memories,
        c.blobs().getOrDefault("rehearsal", new byte[0]),
        List.copyOf(earlier));
  }

  private static String memory(String regularizer, String name) {
    return "memory/" + regularizer + "/" + name;
  }
}
