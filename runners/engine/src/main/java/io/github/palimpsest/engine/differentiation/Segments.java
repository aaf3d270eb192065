package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.parameter.ForwardingWeights;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weights that cut the model which uses them into segments. In each segment a backward pass
 * computes the activations again instead of keeping them (Chen et al. 2016, arXiv:1604.06174): see
 * {@link Differentiation}. A gradient stops at each cut.
 */
public final class Segments implements ForwardingWeights {
  private final Ops tf;
  private final Weights weights;
  private final Recompute recompute;
  private final Parts parts;
  private final List<Cut> cuts = new ArrayList<>();

  /** Number of columns of the widest layer output. */
  private long width;

  /**
   * A place where a gradient stops.
   *
   * @param before the end of the recomputed segment
   * @param after the same value, from which the model continues
   * @param kept values of at most this number of columns are kept and not recomputed; 0 for none
   * @param kind how the gradient continues before it
   */
  public record Cut(Operand<TFloat32> before, Operand<TFloat32> after, long kept, Kind kind) {}

  /** How a gradient continues before a cut. */
  enum Kind {
    /** The segment before the cut is recomputed, with those that do not depend on it. */
    SEGMENT,
    /** The segment before the cut is recomputed alone, after that of the next cut. */
    PART,
    /** Nothing is recomputed. */
    KEPT
  }

  /** The number of parts of values that are computed by rows. */
  @FunctionalInterface
  public interface Parts {
    /** All rows at once. */
    Parts ONE = columns -> 1;

    /**
     * The number of parts.
     *
     * @param columns how many numbers a row takes
     */
    int of(long columns);
  }

  /** Weights for values that are computed for all rows at once. */
  public Segments(Ops tf, Weights weights, Recompute recompute) {
    this(tf, weights, recompute, Parts.ONE);
  }

  public Segments(Ops tf, Weights weights, Recompute recompute, Parts parts) {
    this.tf = tf;
    this.weights = weights;
    this.recompute = recompute;
    this.parts = parts;
  }

  @Override
  public Weights weights() {
    return weights;
  }

  /** The number of columns of a value; none if it is unknown. */
  static long columns(Operand<?> x) {
    Shape shape = x.shape();
    return shape.isUnknown() || shape.isScalar() ? 0 : Math.max(0, shape.get(-1));
  }

  /** All cuts so far, in the order in which they were made. */
  public List<Cut> cuts() {
    return cuts;
  }

  @Override
  public Operand<TFloat32> boundary(Operand<TFloat32> x) {
    width = Math.max(width, columns(x));
    return recompute == Recompute.NOTHING ? x : cut(x, Kind.SEGMENT);
  }

  private Operand<TFloat32> cut(Operand<TFloat32> x, Kind kind) {
    Operand<TFloat32> after = tf.stopGradient(x);
    cuts.add(new Cut(x, after, recompute == Recompute.WIDE ? width : 0, kind));
    return after;
  }

  /** A part begins when the values of the part before it exist. */
  @Override
  public Operand<TFloat32> byRows(
      Ops at,
      Operand<TFloat32> x,
      Operand<TInt32> labels,
      long columns,
      BiFunction<Operand<TFloat32>, Operand<TInt32>, Operand<TFloat32>> values) {
    int count = parts.of(columns);
    if (count == 1) {
      return values.apply(x, labels);
    }
    Operand<TFloat32> all = cut(x, recompute == Recompute.NOTHING ? Kind.KEPT : Kind.SEGMENT);
    Operand<TInt32> width = tf.constant(columns(x) == 0 ? -1 : (int) columns(x));
    Operand<TInt32> n = tf.size(labels);
    Operand<TInt32> each =
        tf.math.floorDiv(tf.math.add(n, tf.constant(count - 1)), tf.constant(count));
    List<Operand<TFloat32>> found = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      Operand<TInt32> from = tf.math.minimum(tf.math.mul(each, tf.constant(part)), n);
      Operand<TInt32> size = tf.math.minimum(each, tf.math.sub(n, from));
      Ops next =
          found.isEmpty() ? tf : tf.withControlDependencies(List.of(found.get(found.size() - 1)));
      Operand<TFloat32> some =
          next.slice(all, tf.stack(List.of(from, tf.constant(0))), tf.stack(List.of(size, width)));
      Operand<TInt32> theirs = next.slice(labels, tf.stack(List.of(from)), tf.stack(List.of(size)));
      found.add(cut(values.apply(some, theirs), Kind.PART));
    }
    return tf.concat(found, tf.constant(0));
  }

  /** The gradient of a product needs only its factors, so no product is recomputed. */
  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    Operand<TFloat32> product = weights.matMul(x, kernel);
    boolean cuts = recompute == Recompute.WIDE || recompute == Recompute.ACTIVATIONS;
    return cuts ? cut(product, Kind.SEGMENT) : product;
  }
}
