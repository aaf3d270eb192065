package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Stable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Named operands of one graph with the arithmetic of a vector space, so that techniques read like
 * their equations. Immutable; the order of names is kept.
 */
@Stable(since = "0.1")
public final class Tensors {
  private final Map<String, Operand<TFloat32>> byName;

  private Tensors(Map<String, Operand<TFloat32>> byName) {
    this.byName = Collections.unmodifiableMap(byName);
  }

  /** The given operands, in the iteration order of the map. */
  public static Tensors of(Map<String, Operand<TFloat32>> byName) {
    return new Tensors(new LinkedHashMap<>(byName));
  }

  /** The names, in order. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** All operands by name. */
  public Map<String, Operand<TFloat32>> byName() {
    return byName;
  }

  /**
   * One operand.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists the names
   */
  public Operand<TFloat32> get(String name) {
    Operand<TFloat32> found = byName.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no tensor '" + name + "' among " + byName.keySet());
    }
    return found;
  }

  /** {@code f} of each operand. */
  public Tensors map(UnaryOperator<Operand<TFloat32>> f) {
    return mapNamed((name, x) -> f.apply(x));
  }

  /** {@code f} of each name and operand. */
  public Tensors mapNamed(BiFunction<String, Operand<TFloat32>, Operand<TFloat32>> f) {
    Map<String, Operand<TFloat32>> result = new LinkedHashMap<>();
    byName.forEach((name, x) -> result.put(name, f.apply(name, x)));
    return new Tensors(result);
  }

  /**
   * {@code f} of each pair of equal names.
   *
   * @throws IllegalArgumentException if the other side lacks a name
   */
  public Tensors zip(Tensors other, BinaryOperator<Operand<TFloat32>> f) {
    return mapNamed((name, x) -> f.apply(x, other.get(name)));
  }

  /** {@code this + other}. */
  public Tensors plus(Ops tf, Tensors other) {
    return zip(other, (a, b) -> tf.math.add(a, b));
  }

  /** {@code this - other}. */
  public Tensors minus(Ops tf, Tensors other) {
    return zip(other, (a, b) -> tf.math.sub(a, b));
  }

  /** {@code this * other}, element by element. */
  public Tensors times(Ops tf, Tensors other) {
    return zip(other, (a, b) -> tf.math.mul(a, b));
  }

  /** {@code factor * this}, for a scalar factor. */
  public Tensors scale(Ops tf, Operand<TFloat32> factor) {
    return map(x -> tf.math.mul(x, factor));
  }

  /** {@code <this, other>}: the scalar product over all tensors together. */
  public Operand<TFloat32> dot(Ops tf, Tensors other) {
    return sum(tf, times(tf, other));
  }

  /** {@code |this|}: the Euclidean norm over all tensors together. */
  public Operand<TFloat32> norm(Ops tf) {
    // L2Loss is half the sum of squares in one pass
    List<Operand<TFloat32>> halves = new ArrayList<>();
    byName.values().forEach(x -> halves.add(tf.nn.l2Loss(x)));
    return halves.isEmpty()
        ? tf.constant(0f)
        : tf.math.sqrt(tf.math.mul(tf.math.addN(halves), tf.constant(2f)));
  }

  /** The sum of all elements of all tensors. */
  public Operand<TFloat32> sum(Ops tf) {
    return sum(tf, this);
  }

  private static Operand<TFloat32> sum(Ops tf, Tensors tensors) {
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (Operand<TFloat32> x : tensors.byName.values()) {
      int[] axes = IntStream.range(0, x.shape().numDimensions()).toArray();
      sums.add(axes.length == 0 ? x : tf.sum(x, tf.constant(axes)));
    }
    return sums.isEmpty() ? tf.constant(0f) : tf.math.addN(sums);
  }
}
