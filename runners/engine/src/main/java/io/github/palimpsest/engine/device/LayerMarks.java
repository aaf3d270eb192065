package io.github.palimpsest.engine.device;

import io.github.palimpsest.api.parameter.ForwardingWeights;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights that note where values enter layers. A value that passes a boundary goes through an
 * operation that does nothing, so that all later operations, and their gradients, read it on the
 * device of the layer. The layer is that of the weight which the model uses next.
 */
final class LayerMarks implements ForwardingWeights {
  private final Ops tf;
  private final Weights weights;
  private final BiConsumer<Operation, String> enters;
  private final List<Operation> open = new ArrayList<>();

  /**
   * @param enters receives each such operation, and the weight that is used next
   */
  LayerMarks(Ops tf, Weights weights, BiConsumer<Operation, String> enters) {
    this.tf = tf;
    this.weights = weights;
    this.enters = enters;
  }

  @Override
  public Weights weights() {
    return weights;
  }

  @Override
  public Operand<TFloat32> boundary(Operand<TFloat32> x) {
    Operand<TFloat32> entering = tf.identity(x);
    open.add(entering.op());
    return weights.boundary(entering);
  }

  private String used(String name) {
    open.forEach(op -> enters.accept(op, name));
    open.clear();
    return name;
  }

  @Override
  public Operand<TFloat32> dense(String name) {
    return weights.dense(used(name));
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    return weights.matMul(x, used(kernel));
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return weights.matMulTransposed(x, used(table));
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    return weights.rows(ids, used(table));
  }

  @Override
  public Operand<TFloat32> columnSquares(Ops at, String kernel) {
    return weights.columnSquares(at, used(kernel));
  }
}
