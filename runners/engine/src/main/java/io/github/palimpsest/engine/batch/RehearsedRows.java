package io.github.palimpsest.engine.batch;

import io.github.palimpsest.api.rehearsal.RehearsedBatch;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Says which examples of a selection are rehearsed.
 *
 * @param tf the graph to build in
 * @param feed the inputs of the whole batch
 * @param task the current task
 * @param rows the selected examples; null for all
 * @param counted 1 for each row that counts, 0 for one that fills an empty selection; null for 1
 */
public record RehearsedRows(
    Ops tf,
    RehearsedFeed feed,
    int task,
    @Nullable Operand<TInt32> rows,
    @Nullable Operand<TFloat32> counted)
    implements RehearsedBatch {

  /** The same batch, some rows of it. */
  public RehearsedRows on(Operand<TInt32> some, Operand<TFloat32> counts) {
    return new RehearsedRows(tf, feed, task, some, counts);
  }

  /** {@code [n]}: 1 for an example of a task, else 0. */
  public Operand<TFloat32> of(int wanted) {
    return chosen(feed.of(wanted));
  }

  /** {@code [n]}: 1 for an example of the current task, else 0. */
  public Operand<TFloat32> current() {
    return of(task);
  }

  @Override
  public Operand<TFloat32> rehearsed() {
    return chosen(tf.math.sub(tf.constant(1f), feed.of(task)));
  }

  @Override
  public Operand<TFloat32> attached(String field) {
    Operand<TFloat32> all = feed.attached(field);
    if (rows == null || counted == null) {
      return all;
    }
    return tf.math.mul(
        tf.gather(all, rows, tf.constant(0)),
        tf.reshape(counted, tf.constant(new int[] {-1, 1, 1})));
  }

  private Operand<TFloat32> chosen(Operand<TFloat32> all) {
    return rows == null || counted == null
        ? all
        : tf.math.mul(tf.gather(all, rows, tf.constant(0)), counted);
  }
}
