package io.github.palimpsest.engine.batch;

import io.github.palimpsest.api.model.BatchTensors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Some examples of a batch.
 *
 * @param tf where to build
 * @param batch the whole batch
 * @param rows their rows in the batch, {@code [n]}
 */
public record SelectedRows(Ops tf, BatchTensors batch, Operand<TInt32> rows)
    implements BatchTensors {
  @Override
  public Operand<TInt32> ints(String name) {
    return of(batch.ints(name));
  }

  @Override
  public Operand<TFloat32> floats(String name) {
    return of(batch.floats(name));
  }

  private <T extends TType> Operand<T> of(Operand<T> all) {
    return tf.gather(all, rows, tf.constant(0));
  }
}
