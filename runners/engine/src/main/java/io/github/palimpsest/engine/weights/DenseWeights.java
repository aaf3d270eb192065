package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.device.Placement;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights that are plain tensors.
 *
 * @param tf the graph to build in
 * @param tensors all parameters of the model
 * @param compute the precision of products
 * @param kept precomputed values for some of the tensors
 * @param placement the devices of the graph
 */
public record DenseWeights(Ops tf, Tensors tensors, Compute compute, Kept kept, Placement placement)
    implements Weights {
  /** Precomputed values of tensors that do not change, so that no step computes them again. */
  interface Kept {
    /** No precomputed values. */
    Kept NOTHING = new Kept() {};

    /**
     * The tensor with {@link #ZEROS} columns of zeros to the right, which products in float32 are
     * made of.
     */
    default Optional<Operand<TFloat32>> padded(String name) {
      return Optional.empty();
    }

    /** The tensor in bfloat16, where it is stored so; it may have columns of zeros as well. */
    default Optional<Operand<TBfloat16>> narrow(String name) {
      return Optional.empty();
    }

    /** The squared lengths of the columns of a kernel. */
    default Optional<Operand<TFloat32>> columnSquares(String kernel) {
      return Optional.empty();
    }

    /** A copy without the values of some tensors. */
    default Kept without(Collection<String> names) {
      Kept all = this;
      return new Kept() {
        @Override
        public Optional<Operand<TFloat32>> padded(String name) {
          return names.contains(name) ? Optional.empty() : all.padded(name);
        }

        @Override
        public Optional<Operand<TBfloat16>> narrow(String name) {
          return names.contains(name) ? Optional.empty() : all.narrow(name);
        }

        @Override
        public Optional<Operand<TFloat32>> columnSquares(String kernel) {
          return names.contains(kernel) ? Optional.empty() : all.columnSquares(kernel);
        }
      };
    }
  }

  /** Rows of a matrix at a distance of half a page share a few places in the cache. */
  private static final int HALF_A_PAGE = 512;

  /** One cache line. */
  static final int ZEROS = 16;

  /** Weights whose products are in float32. */
  public DenseWeights(Ops tf, Tensors tensors) {
    this(tf, tensors, Compute.FLOAT32);
  }

  /** Weights without precomputed values. */
  public DenseWeights(Ops tf, Tensors tensors, Compute compute) {
    this(tf, tensors, compute, Kept.NOTHING, Placement.SINGLE);
  }

  /** A copy for a graph on several devices. */
  public DenseWeights on(Placement devices) {
    return new DenseWeights(tf, tensors, compute, kept, devices);
  }

  /** Whether padding a matrix of this shape makes its products faster, up to twice as fast. */
  static boolean isBetterPadded(Shape shape) {
    return shape.rank() == 2 && shape.get(0) >= HALF_A_PAGE && shape.get(1) % HALF_A_PAGE == 0;
  }

  /** A copy with offsets added to some of the tensors. */
  public DenseWeights plus(Tensors offset) {
    return offset.names().isEmpty()
        ? this
        : new DenseWeights(
            tf,
            tensors.mapNamed(
                (name, w) -> offset.names().contains(name) ? tf.math.add(w, offset.get(name)) : w),
            compute,
            kept.without(offset.names()),
            placement);
  }

  @Override
  public Operand<TFloat32> dense(String name) {
    return tensors.get(name);
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    Operand<TFloat32> w = tensors.get(kernel);
    Optional<Operand<TBfloat16>> narrow = kept.narrow(kernel);
    if (narrow.isPresent()) {
      return columns(narrowProduct(x, narrow.get()), narrow.get(), w.shape().get(1));
    }
    return kept.padded(kernel)
        .map(wide -> columns(tf.linalg.matMul(x, wide), w.shape().get(1)))
        .orElseGet(() -> product(x, w));
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    MatMul.Options transposed = MatMul.transposeB(true);
    Optional<Operand<TBfloat16>> narrow = kept.narrow(table);
    if (narrow.isPresent()) {
      boolean zeros = narrow.get().shape().get(1) > tensors.get(table).shape().get(1);
      return narrowProduct(zeros ? withZeros(x) : x, narrow.get(), transposed);
    }
    return kept.padded(table)
        .<Operand<TFloat32>>map(
            wide -> tf.linalg.matMul(withZeros(x), placement.ofHead(tf, table, wide), transposed))
        .orElseGet(() -> product(x, placement.ofHead(tf, table, tensors.get(table)), transposed));
  }

  /**
   * A product with a stored number of bfloat16 each: in float32, they are widened when the other
   * factor exists. Nothing else reads the wide matrix, so it exists during the product alone.
   */
  private Operand<TFloat32> narrowProduct(
      Operand<TFloat32> x, Operand<TBfloat16> w, MatMul.Options... options) {
    return switch (compute) {
      case FLOAT32 ->
          tf.linalg.matMul(
              x, tf.withControlDependencies(List.of(x)).dtypes.cast(w, TFloat32.class), options);
      case BFLOAT16 -> tf.dtypes.cast(tf.linalg.matMul(rounded(x), w, options), TFloat32.class);
    };
  }

  /** The first columns of a product, without those of the zeros of a factor. */
  private Operand<TFloat32> columns(Operand<TFloat32> x, Operand<?> factor, long count) {
    return factor.shape().get(1) > count ? columns(x, count) : x;
  }

  private Operand<TFloat32> withZeros(Operand<TFloat32> x) {
    return tf.pad(x, tf.constant(new int[][] {{0, 0}, {0, ZEROS}}), tf.constant(0f));
  }

  /** The first columns, without the padding. */
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
    Optional<Operand<TBfloat16>> narrow = kept.narrow(table);
    if (narrow.isPresent()) {
      Operand<TBfloat16> some = tf.gather(narrow.get(), ids, tf.constant(0));
      return columns(tf.dtypes.cast(some, TFloat32.class), narrow.get(), w.shape().get(1));
    }
    return kept.padded(table)
        .map(wide -> columns(tf.gather(wide, ids, tf.constant(0)), w.shape().get(1)))
        .orElseGet(() -> tf.gather(w, ids, tf.constant(0)));
  }

  @Override
  public Operand<TFloat32> columnSquares(Ops at, String kernel) {
    return kept.columnSquares(kernel).orElseGet(() -> Weights.super.columnSquares(at, kernel));
  }
}
