package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Any weights with offsets added to some of them: {@code x (W + E) = x W + x E}, at the cost of a
 * product for each offset.
 *
 * @param tf the graph to build in
 * @param weights W
 * @param offset E, by name
 */
public record OffsetWeights(Ops tf, Weights weights, Tensors offset) implements Weights {
  @Override
  public Operand<TFloat32> dense(String name) {
    Operand<TFloat32> w = weights.dense(name);
    return moves(name) ? tf.math.add(w, offset.get(name)) : w;
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    Operand<TFloat32> xw = weights.matMul(x, kernel);
    return moves(kernel) ? tf.math.add(xw, tf.linalg.matMul(x, offset.get(kernel))) : xw;
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    Operand<TFloat32> xw = weights.matMulTransposed(x, table);
    return moves(table)
        ? tf.math.add(xw, tf.linalg.matMul(x, offset.get(table), MatMul.transposeB(true)))
        : xw;
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    Operand<TFloat32> rows = weights.rows(ids, table);
    return moves(table)
        ? tf.math.add(rows, tf.gather(offset.get(table), ids, tf.constant(0)))
        : rows;
  }

  @Override
  public Optional<Operand<TFloat32>> rowsBefore(String table) {
    return weights.rowsBefore(table);
  }

  private boolean moves(String name) {
    return offset.names().contains(name);
  }
}
