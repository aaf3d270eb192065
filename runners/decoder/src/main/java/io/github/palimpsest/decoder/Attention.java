package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import java.util.Collections;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245) with rotary positions: {@code
 * softmax(q k' / sqrt(d) + mask) v}. The query heads of a group are stacked in the rows of one
 * matrix, so keys and values are never repeated. Tables and mask are built once for all layers.
 */
final class Attention {
  private static final float MASKED = -1e9f;

  /**
   * Keys and values of one layer, each {@code [batch, keyValueHeads, tokens, headSize]}.
   *
   * @param keys rotated by their positions
   * @param values as projected
   */
  record KeyValues(Operand<TFloat32> keys, Operand<TFloat32> values) {}

  private final Ops tf;
  private final Operand<TFloat32> queryCos;
  private final Operand<TFloat32> querySin;
  private final Operand<TFloat32> keyCos;
  private final Operand<TFloat32> keySin;
  private final Operand<TFloat32> mask;
  private final boolean grouped;
  private final Operand<TInt32> queryHeads;
  private final Operand<TInt32> keyHeads;
  private final Operand<TInt32> groupRows;
  private final Operand<TInt32> headScores;
  private final Operand<TInt32> groupScores;
  private final Operand<TInt32> headRows;
  private final Operand<TInt32> flat;
  private final Operand<TInt32> swapTokensAndHeads;
  private final Operand<TInt32> queryRows;
  private final Operand<TInt32> keyRows;
  private final Operand<TInt32> pairs;
  private final Operand<TFloat32> quarterTurn;

  /**
   * @param tokens the number of new tokens, a scalar
   * @param slots the number of keys, cached and new, a scalar
   * @param positions the positions of the new tokens, {@code [tokens]} or {@code [batch, tokens]}
   * @param hidden true for the slots that a query must not attend to, in a shape that broadcasts to
   *     {@code [batch, heads, tokens, slots]}
   */
  private Attention(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Operand<TInt32> slots,
      Operand<TInt32> positions,
      Operand<TBool> hidden) {
    this.tf = tf;
    AttentionSpec shape = spec.attention();
    int d = shape.headSize();
    int group = shape.heads() / shape.keyValueHeads();
    Operand<TInt32> any = tf.constant(-1);
    Operand<TFloat32> angles =
        tf.math.mul(
            tf.expandDims(tf.dtypes.cast(positions, TFloat32.class), any),
            tf.constant(shape.rope().frequencies(d)));
    Operand<TFloat32> cos = tf.math.cos(angles);
    Operand<TFloat32> sin = tf.math.sin(angles);
    keyCos = repeated(cos, 2 * shape.keyValueHeads(), any);
    keySin = repeated(sin, 2 * shape.keyValueHeads(), any);
    // the query tables include the factor 1 / sqrt(d)
    Operand<TFloat32> scale = tf.constant((float) (1 / Math.sqrt(d)));
    queryCos = repeated(tf.math.mul(cos, scale), 2 * shape.heads(), any);
    querySin = repeated(tf.math.mul(sin, scale), 2 * shape.heads(), any);
    quarterTurn = tf.constant(quarterTurn(d));
    mask = tf.math.mul(tf.dtypes.cast(hidden, TFloat32.class), tf.constant(MASKED));

    grouped = group > 1;
    Operand<TInt32> heads = tf.constant(shape.heads());
    Operand<TInt32> keyValueHeads = tf.constant(shape.keyValueHeads());
    Operand<TInt32> size = tf.constant(d);
    Operand<TInt32> rows = tf.math.mul(tokens, tf.constant(group));
    queryHeads = dims(any, tokens, heads, size);
    keyHeads = dims(any, tokens, keyValueHeads, size);
    groupRows = dims(any, keyValueHeads, rows, size);
    headScores = dims(any, heads, tokens, slots);
    groupScores = dims(any, keyValueHeads, rows, slots);
    headRows = dims(any, heads, tokens, size);
    queryRows = tf.stack(List.of(any, tokens, tf.constant(shape.heads() * d)), Stack.axis(0L));
    keyRows =
        tf.stack(List.of(any, tokens, tf.constant(shape.keyValueHeads() * d)), Stack.axis(0L));
    pairs = tf.constant(new int[] {-1, d});
    flat = tf.constant(new int[] {-1, shape.heads() * d});
    swapTokensAndHeads = tf.constant(new int[] {0, 2, 1, 3});
  }

  private Operand<TFloat32> repeated(Operand<TFloat32> table, int times, Operand<TInt32> axis) {
    return tf.concat(Collections.nCopies(times, table), axis);
  }

  /** The matrix that maps {@code (x1, x2)} to {@code (-x2, x1)}. */
  private static float[][] quarterTurn(int d) {
    float[][] turn = new float[d][d];
    for (int i = 0; i < d / 2; i++) {
      turn[i + d / 2][i] = -1;
      turn[i][i + d / 2] = 1;
    }
    return turn;
  }

  private Operand<TInt32> dims(
      Operand<TInt32> a, Operand<TInt32> b, Operand<TInt32> c, Operand<TInt32> d) {
    return tf.stack(List.of(a, b, c, d), Stack.axis(0L));
  }

  /**
   * Each token attends to itself and the tokens before it. Therefore only padding attends to
   * padding on the right.
   *
   * @param tokens the length of the sequences, a scalar
   */
  static Attention causal(Ops tf, DecoderSpec spec, Operand<TInt32> tokens) {
    Operand<TInt32> positions = tf.range(tf.constant(0), tokens, tf.constant(1));
    return new Attention(
        tf,
        spec,
        tokens,
        tokens,
        positions,
        tf.math.greater(positions, tf.expandDims(positions, tf.constant(1))));
  }

  /**
   * Attention for new tokens after cached ones. The rows are aligned at their ends.
   *
   * @param tokens the number of new tokens, a scalar
   * @param cached the number of cached tokens, a scalar
   * @param padding the number of empty slots at the start of each row, {@code [batch]}
   */
  static Attention cached(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Operand<TInt32> cached,
      Operand<TInt32> padding) {
    Operand<TInt32> slots = tf.math.add(cached, tokens);
    Operand<TInt32> newSlots = tf.range(cached, slots, tf.constant(1));
    Operand<TInt32> allSlots = tf.range(tf.constant(0), slots, tf.constant(1));
    Operand<TInt32> empty = tf.expandDims(padding, tf.constant(1));
    Operand<TInt32> positions = tf.math.maximum(tf.math.sub(newSlots, empty), tf.constant(0));
    return new Attention(
        tf,
        spec,
        tokens,
        slots,
        positions,
        tf.math.logicalOr(
            tf.math.greater(allSlots, tf.expandDims(newSlots, tf.constant(1))),
            tf.math.less(allSlots, tf.reshape(padding, tf.constant(new int[] {-1, 1, 1, 1})))));
  }

  /**
   * The new keys and values of a layer.
   *
   * @param k {@code [n, keyValueHeads * headSize]}
   * @param v the same shape as {@code k}
   */
  KeyValues keyValues(Operand<TFloat32> k, Operand<TFloat32> v) {
    return new KeyValues(toHeads(turn(k, keyRows, keyCos, keySin), keyHeads), toHeads(v, keyHeads));
  }

  /**
   * Lets new queries attend to the keys and values of all slots.
   *
   * @param q {@code [n, heads * headSize]}
   * @return {@code [n, heads * headSize]}
   */
  Operand<TFloat32> attend(Operand<TFloat32> q, KeyValues all) {
    Operand<TFloat32> queries = toHeads(turn(q, queryRows, queryCos, querySin), queryHeads);
    Operand<TFloat32> rows = grouped ? tf.reshape(queries, groupRows) : queries;
    Operand<TFloat32> products = BatchedProduct.ofTransposed(tf, rows, all.keys());
    Operand<TFloat32> scores = grouped ? tf.reshape(products, headScores) : products;
    Operand<TFloat32> weights = tf.nn.softmax(tf.math.add(scores, mask));
    Operand<TFloat32> mixed =
        BatchedProduct.of(tf, grouped ? tf.reshape(weights, groupScores) : weights, all.values());
    Operand<TFloat32> perHead = grouped ? tf.reshape(mixed, headRows) : mixed;
    return tf.reshape(tf.linalg.transpose(perHead, swapTokensAndHeads), flat);
  }

  /** Reshapes {@code [n, heads * size]} to {@code [batch, heads, tokens, size]}. */
  private Operand<TFloat32> toHeads(Operand<TFloat32> x, Operand<TInt32> dims) {
    return tf.linalg.transpose(tf.reshape(x, dims), swapTokensAndHeads);
  }

  /**
   * Rotates {@code (x1, x2)} to {@code (x1 cos - x2 sin, x2 cos + x1 sin)} in each head.
   *
   * <p>A product with a small matrix swaps the halves faster than copies do: heads are narrow, so a
   * copy of half a head is mostly overhead.
   */
  private Operand<TFloat32> turn(
      Operand<TFloat32> x, Operand<TInt32> rows, Operand<TFloat32> cos, Operand<TFloat32> sin) {
    Operand<TFloat32> turned = tf.linalg.matMul(tf.reshape(x, pairs), quarterTurn);
    return tf.math.add(
        tf.math.mul(tf.reshape(x, rows), cos), tf.math.mul(tf.reshape(turned, rows), sin));
  }
}
