package io.github.palimpsest.engine;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.checkpoint.Checkpoint;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run knows after the last step of a task, or before the first step of the next.
 *
 * @param trainedTasks how many tasks are trained
 * @param base the frozen base of an adapter, with what it derives from it; without one, the
 *     trainable parameters themselves
 * @param trainable values of the trainable parameters
 * @param before their values before the last task that was trained, or that begins
 * @param tracked what the regularizers followed while the last task was trained
 * @param memories what each regularizer remembers of finished tasks
 * @param rehearsal the rehearsal's state; empty without one
 */
record TaskState(
    int trainedTasks,
    WeightSnapshot base,
    WeightSnapshot trainable,
    WeightSnapshot before,
    WeightSnapshot tracked,
    SortedMap<String, SortedMap<String, WeightSnapshot>> memories,
    byte[] rehearsal) {

  private static final String DERIVED = "derived";

  /** As a checkpoint, which leaves out what equals the weights that every run has at hand. */
  Checkpoint toCheckpoint(WeightSnapshot pretrained) {
    Checkpoint c = new Checkpoint();
    c.numbers().put("trained-tasks", (long) trainedTasks);
    c.blobs().put("rehearsal", rehearsal);
    c.weights().put("trainable", trainable);
    c.weights().put("tracked", tracked);
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
        c.blobs().getOrDefault("rehearsal", new byte[0]));
  }

  private static String memory(String regularizer, String name) {
    return "memory/" + regularizer + "/" + name;
  }
}
