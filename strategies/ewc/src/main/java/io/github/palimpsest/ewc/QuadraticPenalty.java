package io.github.palimpsest.ewc;

import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code factor * sum_i importance_i (w_i - anchor_i)^2}: exactly 0 with gradient 0 at the anchor
 * (REG-02). If a method has the one-half, it is in the factor.
 *
 * @param factor the strength
 * @param importance one tensor for each parameter, at least 0
 * @param anchor one tensor for each parameter
 */
record QuadraticPenalty(double factor, Tensors importance, Tensors anchor) {
  /**
   * The penalty at a point.
   *
   * @param moved {@code w - anchor}
   * @param pull {@code importance (w - anchor)}
   */
  private record At(double factor, Tensors moved, Tensors pull) {
    Operand<TFloat32> value(Ops tf) {
      // held constant: its derivative is then the product itself, instead of four more passes
      Tensors held = pull.map(x -> tf.stopGradient(x));
      Operand<TFloat32> sum =
          held.zip(moved, (p, d) -> product(tf, p, d)).byName().values().stream()
              .reduce((a, b) -> tf.math.add(a, b))
              .orElseGet(() -> tf.constant(0f));
      Operand<TFloat32> twice = tf.math.mul(tf.constant((float) (2 * factor)), sum);
      return tf.math.sub(twice, tf.math.mul(tf.constant((float) factor), tf.stopGradient(sum)));
    }

    Tensors gradient(Ops tf) {
      return pull.scale(tf, tf.constant((float) (2 * factor)));
    }
  }

  /** The sum of several penalties (0 for none) and its gradient, from their common parts. */
  static final class Sum {
    private final Ops tf;
    private final List<QuadraticPenalty> terms;
    private final Map<Params, List<At>> known = new HashMap<>();

    Sum(Ops tf, List<QuadraticPenalty> terms) {
      this.tf = tf;
      this.terms = List.copyOf(terms);
    }

    /**
     * Of what is remembered of all finished tasks together; nothing before there is one.
     *
     * @param weighed the importance from what is remembered of it
     */
    static Sum remembered(
        RegularizerSite site,
        double factor,
        String importance,
        UnaryOperator<Tensors> weighed,
        String anchor) {
      return new Sum(
          site.tf(),
          site.finishedTasks() == 0
              ? List.of()
              : List.of(
                  new QuadraticPenalty(
                      factor, weighed.apply(site.memory(importance)), site.memory(anchor))));
    }

    private List<At> at(Params point, Tensors w) {
      return known.computeIfAbsent(point, p -> terms.stream().map(term -> term.at(tf, w)).toList());
    }

    /**
     * The value.
     *
     * @param point the point
     * @param w the weights there, in the space of the anchors
     */
    Operand<TFloat32> value(Params point, Tensors w) {
      return at(point, w).stream()
          .map(x -> x.value(tf))
          .reduce((a, b) -> tf.math.add(a, b))
          .orElseGet(() -> tf.constant(0f));
    }

    /** The gradient with respect to the trainable tensors, if anchors lie in their space. */
    Optional<Tensors> gradient(Params point) {
      return at(point, point.tensors()).stream()
          .map(x -> x.gradient(tf))
          .reduce((a, b) -> a.plus(tf, b));
    }
  }

  private At at(Ops tf, Tensors w) {
    Tensors moved = w.minus(tf, anchor);
    return new At(factor, moved, importance.times(tf, moved));
  }

  /**
   * The scalar product of two tensors, as a product of rows. The product of a row and a column
   * takes six times as long.
   */
  private static Operand<TFloat32> product(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    Operand<TInt32> row = tf.constant(new int[] {1, -1});
    return tf.reshape(
        tf.linalg.matMul(tf.reshape(a, row), tf.reshape(b, row), MatMul.transposeB(true)),
        tf.constant(new int[0]));
  }
}
