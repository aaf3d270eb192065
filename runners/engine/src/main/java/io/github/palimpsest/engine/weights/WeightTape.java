package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights that record every use of them, so that the gradient of a weight can be computed from
 * those of its uses: {@code dL/dW = x' dL/d(x W)}. It is computed for the requested weights,
 * however an adapter makes {@code W}, and takes no additional pass.
 */
public final class WeightTape implements Weights {
  private final Ops tf;
  private final Weights weights;
  private final List<Use> uses = new ArrayList<>();
  private final Map<String, Operand<TFloat32>> dense = new HashMap<>();

  /**
   * @param name the weight
   * @param result the result of the use
   * @param gradient the weight's gradient from that of the result
   */
  private record Use(
      String name,
      Operand<TFloat32> result,
      Function<Operand<TFloat32>, Operand<TFloat32>> gradient) {}

  public WeightTape(Ops tf, Weights weights) {
    this.tf = tf;
    this.weights = weights;
  }

  /** The results of all uses so far. */
  public List<Operand<TFloat32>> results() {
    return uses.stream().map(Use::result).toList();
  }

  /**
   * The gradient of one weight; empty if no use of it counts.
   *
   * @param ofResults gradients of {@link #results()}; a result without one does not count
   */
  public Optional<Operand<TFloat32>> gradient(
      String name, Map<Operand<TFloat32>, Operand<TFloat32>> ofResults) {
    List<Operand<TFloat32>> terms =
        uses.stream()
            .filter(u -> u.name().equals(name) && ofResults.containsKey(u.result()))
            .map(u -> u.gradient().apply(ofResults.get(u.result())))
            .collect(Collectors.toList());
    // in the order of the backward pass, so that a term is added as soon as it exists
    Collections.reverse(terms);
    return terms.stream().reduce((a, b) -> tf.math.add(a, b));
  }

  private Operand<TFloat32> used(
      String name,
      Operand<TFloat32> result,
      Function<Operand<TFloat32>, Operand<TFloat32>> gradient) {
    uses.add(new Use(name, result, gradient));
    return result;
  }

  @Override
  public Operand<TFloat32> dense(String name) {
    // a separate operand: the weights may return one that they use themselves
    return dense.computeIfAbsent(
        name, n -> used(n, tf.identity(weights.dense(n)), gradient -> gradient));
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    return used(
        kernel, weights.matMul(x, kernel), dy -> tf.linalg.matMul(x, dy, MatMul.transposeA(true)));
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return used(
        table,
        weights.matMulTransposed(x, table),
        dy -> tf.linalg.matMul(dy, x, MatMul.transposeA(true)));
  }

  @Override
  public Optional<Operand<TFloat32>> rowsBefore(String table) {
    return weights.rowsBefore(table); // no weight of the model
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    return used(
        table,
        weights.rows(ids, table),
        dy -> {
          Operand<TInt32> length = tf.constant((int) weights.dense(table).shape().get(0));
          return tf.math.unsortedSegmentSum(dy, ids, length);
        });
  }
}
