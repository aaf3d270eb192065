package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Experimental;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights that forward to others. A view overrides what it changes; where it changes a kernel, that
 * is every method that reads the kernel, {@link #columnSquares} too (PAR-08).
 */
@Experimental(since = "0.2")
public interface ForwardingWeights extends Weights {
  /** The weights to forward to. */
  Weights weights();

  @Override
  default Operand<TFloat32> dense(String name) {
    return weights().dense(name);
  }

  @Override
  default Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    return weights().matMul(x, kernel);
  }

  @Override
  default Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return weights().matMulTransposed(x, table);
  }

  @Override
  default Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    return weights().rows(ids, table);
  }

  @Override
  default Optional<Operand<TFloat32>> rowsBefore(String table) {
    return weights().rowsBefore(table);
  }

  @Override
  default Operand<TFloat32> columnSquares(Ops tf, String kernel) {
    return weights().columnSquares(tf, kernel);
  }
}
