package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import java.util.Collection;
import java.util.Optional;
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
 * @param kept what is kept of some of the tensors
 */
public record DenseWeights(Ops tf, Tensors tensors, Compute compute, Kept kept) implements Weights {
  /** What is kept of tensors that do not change, so that no step computes it anew. */
  interface Kept {
    /** Nothing of any tensor. */
    Kept NOTHING = new Kept() {};

    /**
     * The tensor with {@link #ZEROS} columns of zeros to the right, which products in float32 are
     * made of.
     */
    default Optional<Operand<TFloat32>> padded(String name) {
      return Optional.empty();
    }

    /** The squared lengths of the columns of a kernel. */
    default Optional<Operand<TFloat32>> columnSquares(String kernel) {
      return Optional.empty();
    }

    /** The same, but nothing of some tensors. */
    default Kept without(Collection<String> names) {
      Kept all = this;
      return new Kept() {
        @Override
        public Optional<Operand<TFloat32>> padded(String name) {
          return names.contains(name) ? Optional.empty() : all.padded(name);
        }

        @Override
        public Optional<Operand<TFloat32>> columnSquares(String kernel) {
          return names.contains(kernel) ? Optional.empty() : all.columnSquares(kernel);
        }
      };
    }
  }

  /** Rows of a matrix that are half a page of memory apart meet in few places of the cache. */
  private static final int HALF_A_PAGE = 512;

  /** One line of the cache. */
  static final int ZEROS = 16;

  /** Weights whose products are in float32. */
  public DenseWeights(Ops tf, Tensors tensors) {
    this(tf, tensors, Compute.FLOAT32);
  }

  /** Weights of which nothing is kept. */
  public DenseWeights(Ops tf, Tensors tensors, Compute compute) {
    this(tf, tensors, compute, Kept.NOTHING);
  }

  /** Whether products with a matrix of this shape are faster, up to twice, if it is padded. */
  static boolean isBetterPadded(Shape shape) {
    return shape.rank() == 2 && shape.get(0) >= HALF_A_PAGE && shape.get(1) % HALF_A_PAGE == 0;
  }

  /** The same with something added to some of the tensors. */
  public DenseWeights plus(Tensors offset) {
    return offset.names().isEmpty()
        ? this
        : new DenseWeights(
            tf,
            tensors.mapNamed(
                (name, w) -> offset.names().contains(name) ? tf.math.add(w, offset.get(name)) : w),
            compute,
            kept.without(offset.names()));
  }

  @Override
  public Operand<TFloat32> dense(String name) {
    return tensors.get(name);
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    Operand<TFloat32> w = tensors.get(kernel);
    return kept.padded(kernel)
        .map(wide -> columns(tf.linalg.matMul(x, wide), w.shape().get(1)))
        .orElseGet(() -> product(x, w));
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return kept.padded(table)
        .<Operand<TFloat32>>map(
            wide -> tf.linalg.matMul(withZeros(x), wide, MatMul.transposeB(true)))
        .orElseGet(() -> product(x, tensors.get(table), MatMul.transposeB(true)));
  }

  private Operand<TFloat32> withZeros(Operand<TFloat32> x) {
    return tf.pad(x, tf.constant(new int[][] {{0, 0}, {0, ZEROS}}), tf.constant(0f));
  }

  /** The first columns: what is left of the padding. */
  private Operand<TFloat32> columns(Operand<TFloat32> x, long count) {
    return tf.slice(x, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, (int) count}));
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
    Operand<TFloat32> w = tensors.get(table);
    return kept.padded(table)
        .map(wide -> columns(tf.gather(wide, ids, tf.constant(0)), w.shape().get(1)))
        .orElseGet(() -> tf.gather(w, ids, tf.constant(0)));
  }

  @Override
  public Operand<TFloat32> columnSquares(Ops at, String kernel) {
    return kept.columnSquares(kernel).orElseGet(() -> Weights.super.columnSquares(at, kernel));
  }
}
