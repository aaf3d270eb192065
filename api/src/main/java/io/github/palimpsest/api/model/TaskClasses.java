package io.github.palimpsest.api.model;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** {@link Classes} as a value. */
record TaskClasses(List<List<Integer>> byTask, Optional<Operand<TFloat32>> possible)
    implements Classes {
  /** Low enough for a probability of 0, and finite. */
  private static final float IMPOSSIBLE = 1e9f;

  TaskClasses {
    byTask = byTask.stream().map(List::copyOf).toList();
  }

  @Override
  public List<List<Integer>> heads(int tasks) {
    List<List<Integer>> learned = byTask.subList(0, Math.min(tasks, byTask.size()));
    List<List<Integer>> heads =
        possible.isPresent()
            ? learned
            : List.of(learned.stream().flatMap(List::stream).distinct().toList());
    return heads.stream()
        .filter(head -> !head.isEmpty())
        .map(head -> head.stream().sorted().toList())
        .toList();
  }

  @Override
  public Operand<TFloat32> masked(Ops tf, Operand<TFloat32> logits) {
    return possible
        .<Operand<TFloat32>>map(
            p ->
                tf.math.add(
                    logits, tf.math.mul(tf.math.sub(p, tf.constant(1f)), tf.constant(IMPOSSIBLE))))
        .orElse(logits);
  }
}
