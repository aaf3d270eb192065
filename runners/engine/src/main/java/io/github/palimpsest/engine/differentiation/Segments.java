package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Weights that cut the model which uses them into segments, in each of which a backward pass
 * computes the activations anew instead of keeping them (Chen et al. 2016, arXiv:1604.06174): see
 * {@link Differentiation}. A gradient stops at each cut.
 */
public final class Segments implements ForwardingWeights {
  private final Ops tf;
  private final Weights weights;
  private final Recompute recompute;
  private final List<Cut> cuts = new ArrayList<>();

  /** Of the widest value that layers hand on. */
  private long width;

  /**
   * Where a gradient stops.
   *
   * @param before the end of what is computed anew
   * @param after the same value, from which the model goes on
   * @param kept values of at most so many columns are kept, not computed anew; 0 for none
   */
  public record Cut(Operand<TFloat32> before, Operand<TFloat32> after, long kept) {}

  public Segments(Ops tf, Weights weights, Recompute recompute) {
    this.tf = tf;
    this.weights = weights;
    this.recompute = recompute;
  }

  @Override
  public Weights weights() {
    return weights;
  }

  /** The columns of a value; none if nobody knows. */
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
    return recompute == Recompute.NOTHING ? x : cut(x);
  }

  private Operand<TFloat32> cut(Operand<TFloat32> x) {
    Operand<TFloat32> after = tf.stopGradient(x);
    cuts.add(new Cut(x, after, recompute == Recompute.WIDE ? width : 0));
    return after;
  }

  /** Only the factors of a product are needed for its gradient: no product is computed anew. */
  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    Operand<TFloat32> product = weights.matMul(x, kernel);
    boolean cuts = recompute == Recompute.WIDE || recompute == Recompute.ACTIVATIONS;
    return cuts ? cut(product) : product;
  }
}
