package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.parameter.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Weights that delegate to others, except for overridden methods. */
public class AlteredWeights implements Weights {
  private final Weights good;

  public AlteredWeights(Weights good) {
    this.good = good;
  }

  @Override
  public Operand<TFloat32> dense(String name) {
    return good.dense(name);
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    return good.matMul(x, kernel);
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return good.matMulTransposed(x, table);
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    return good.rows(ids, table);
  }

  @Override
  public Operand<TFloat32> columnSquares(Ops tf, String kernel) {
    return good.columnSquares(tf, kernel);
  }
}
