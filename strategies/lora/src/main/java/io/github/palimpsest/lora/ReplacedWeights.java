package io.github.palimpsest.lora;

import io.github.palimpsest.api.parameter.Weights;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights with some tensors replaced.
 *
 * @param tf the graph to build in
 * @param replaced the tensors that replace those of the base, by name
 * @param base all others
 */
record ReplacedWeights(Ops tf, Map<String, Operand<TFloat32>> replaced, Weights base)
    implements Weights {
  @Override
  public Operand<TFloat32> dense(String name) {
    Operand<TFloat32> own = replaced.get(name);
    return own == null ? base.dense(name) : own;
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    Operand<TFloat32> own = replaced.get(kernel);
    return own == null ? base.matMul(x, kernel) : tf.linalg.matMul(x, own);
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    Operand<TFloat32> own = replaced.get(table);
    return own == null
        ? base.matMulTransposed(x, table)
        : tf.linalg.matMul(x, own, MatMul.transposeB(true));
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    Operand<TFloat32> own = replaced.get(table);
    return own == null ? base.rows(ids, table) : tf.gather(own, ids, tf.constant(0));
  }
}
