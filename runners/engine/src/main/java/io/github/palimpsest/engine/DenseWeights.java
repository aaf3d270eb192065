package io.github.palimpsest.engine;

import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights that are just their tensors.
 *
 * @param tf where to build
 * @param tensors all parameters of the model
 */
public record DenseWeights(Ops tf, Tensors tensors) implements Weights {
  /** The same with something added to some of the tensors. */
  DenseWeights plus(Tensors offset) {
    return offset.names().isEmpty()
        ? this
        : new DenseWeights(
            tf,
            tensors.mapNamed(
                (name, w) -> offset.names().contains(name) ? tf.math.add(w, offset.get(name)) : w));
  }

  @Override
  public Operand<TFloat32> dense(String name) {
    return tensors.get(name);
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    return tf.linalg.matMul(x, tensors.get(kernel));
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return tf.linalg.matMul(x, tensors.get(table), MatMul.transposeB(true));
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    return tf.gather(tensors.get(table), ids, tf.constant(0));
  }
}
