package io.github.palimpsest.decoder;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The rows of an adapter in the first n places of each row of a batch: {@code [p_1 ... p_n; x_1 ...
 * x_t]}.
 */
final class RowsInPlace {
  private final Ops tf;
  private final Operand<TFloat32> rows;
  private final int width;
  private final Operand<TInt32> tokens;
  private final Operand<TInt32> count;
  private final Operand<TInt32> places;

  /**
   * @param rows {@code [n, width]}
   * @param width the model's
   * @param tokens the number of tokens of each row of the batch, a scalar
   */
  RowsInPlace(Ops tf, Operand<TFloat32> rows, int width, Operand<TInt32> tokens) {
    this.tf = tf;
    this.rows = rows;
    this.width = width;
    this.tokens = tokens;
    this.count = count(tf, rows);
    this.places = tf.math.add(count, tokens);
  }

  /** The number n of rows, a scalar. */
  static Operand<TInt32> count(Ops tf, Operand<TFloat32> rows) {
    return tf.unstack(tf.shape(rows), 2L).output().get(0);
  }

  /** The number n of rows, a scalar. */
  Operand<TInt32> count() {
    return count;
  }

  /** The places of each row of the batch, {@code n + t}, a scalar. */
  Operand<TInt32> places() {
    return places;
  }

  /**
   * Puts the rows before the tokens.
   *
   * @param x {@code [batch * t, width]}
   * @return {@code [batch * (n + t), width]}
   */
  Operand<TFloat32> before(Operand<TFloat32> x) {
    Operand<TInt32> one = tf.constant(1);
    Operand<TFloat32> ofTokens = tf.reshape(x, dims(tokens));
    List<Output<TInt32>> batch = tf.unstack(tf.shape(ofTokens), 3L).output();
    Operand<TFloat32> all =
        tf.concat(
            List.of(
                tf.tile(
                    tf.expandDims(rows, tf.constant(0)),
                    tf.stack(List.of(batch.get(0), one, one), Stack.axis(0L))),
                ofTokens),
            one);
    return tf.reshape(all, tf.constant(new int[] {-1, width}));
  }

  /**
   * Takes the places of the tokens.
   *
   * @param x {@code [batch * (n + t), width]}
   * @return {@code [batch * t, width]}
   */
  Operand<TFloat32> ofTokens(Operand<TFloat32> x) {
    Operand<TInt32> zero = tf.constant(0);
    return tf.reshape(
        tf.slice(
            tf.reshape(x, dims(places)),
            tf.stack(List.of(zero, count, zero), Stack.axis(0L)),
            tf.constant(new int[] {-1, -1, -1})),
        tf.constant(new int[] {-1, width}));
  }

  /**
   * Numbers of the tokens, with those of the rows before them.
   *
   * @param numbers {@code [batch, t]}
   * @param ofRows {@code [n]}
   * @return {@code [batch, n + t]}
   */
  Operand<TInt32> before(Operand<TInt32> numbers, Operand<TInt32> ofRows) {
    Operand<TInt32> batch = tf.unstack(tf.shape(numbers), 2L).output().get(0);
    return tf.concat(
        List.of(
            tf.tile(
                tf.expandDims(ofRows, tf.constant(0)),
                tf.stack(List.of(batch, tf.constant(1)), Stack.axis(0L))),
            numbers),
        tf.constant(1));
  }

  /** 0 to n - 1. */
  Operand<TInt32> numbers() {
    return tf.range(tf.constant(0), count, tf.constant(1));
  }

  private Operand<TInt32> dims(Operand<TInt32> each) {
    return tf.stack(List.of(tf.constant(-1), each, tf.constant(width)), Stack.axis(0L));
  }
}
