package io.github.palimpsest.engine;

import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights that are just their tensors.
 *
 * @param tf where to build
 * @param tensors all parameters of the model
 * @param compute what products are computed in
 */
public record DenseWeights(Ops tf, Tensors tensors, Compute compute) implements Weights {
  /** Weights whose products are in float32. */
  public DenseWeights(Ops tf, Tensors tensors) {
    this(tf, tensors, Compute.FLOAT32);
  }

  /** The same with something added to some of the tensors. */
  DenseWeights plus(Tensors offset) {
    return offset.names().isEmpty()
        ? this
        : new DenseWeights(
            tf,
            tensors.mapNamed(
                (name, w) -> offset.names().contains(name) ? tf.math.add(w, offset.get(name)) : w),
            compute);
  }

  @Override
  public Operand<TFloat32> dense(String name) {
    return tensors.get(name);
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    return product(x, tensors.get(kernel));
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return product(x, tensors.get(table), MatMul.transposeB(true));
  }

  private Operand<TFloat32> product(
      Operand<TFloat32> x, Operand<TFloat32> w, MatMul.Options... options) {
    return switch (compute) {
      case FLOAT32 -> tf.linalg.matMul(x, w, options);
      case BFLOAT16 ->
          tf.dtypes.cast(tf.linalg.matMul(rounded(x), rounded(w), options), TFloat32.class);
    };
  }

  private Operand<TBfloat16> rounded(Operand<TFloat32> x) {
    return tf.dtypes.cast(x, TBfloat16.class);
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    return tf.gather(tensors.get(table), ids, tf.constant(0));
  }
}
