package io.github.palimpsest.lora;

import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Weights;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code x W' = (x V) (|W| + d) / |V|} with {@code V} from {@link Lora}: the graph side of {@link
 * Dora}.
 *
 * @param tf where to build
 * @param trainable A, B and d of each adapted kernel
 * @param base W
 * @param direction V
 * @param adapted the names of the kernels
 */
record DecomposedWeights(
    Ops tf, Params trainable, Weights base, Weights direction, Set<String> adapted)
    implements Weights {
  @Override
  public Operand<TFloat32> dense(String name) {
    return scaled(name, direction.dense(name));
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    return scaled(kernel, direction.matMul(x, kernel));
  }

  /** {@code y (|W| + d) / |V|}, exactly {@code y} at the start. */
  private Operand<TFloat32> scaled(String kernel, Operand<TFloat32> y) {
    if (!adapted.contains(kernel)) {
      return y;
    }
    Operand<TFloat32> w = columnNorms(base, kernel);
    Operand<TFloat32> v = columnNorms(direction, kernel);
    Operand<TFloat32> m = tf.math.add(w, trainable.tensors().get(Dora.d(kernel)));
    return tf.math.mul(y, tf.math.divNoNan(m, v));
  }

  private Operand<TFloat32> columnNorms(Weights of, String kernel) {
    return tf.math.sqrt(tf.stopGradient(of.columnSquares(tf, kernel)));
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return base.matMulTransposed(x, table);
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    return base.rows(ids, table);
  }
}
