package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights that are just their tensors.
 *
 * @param tf where to build
 * @param tensors all parameters
 */
public record PlainWeights(Ops tf, Tensors tensors) implements Weights {
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
