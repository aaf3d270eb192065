package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.Rope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245) with rotary positions: {@code
 * softmax(scale q k' + mask) v}. The query heads of a group are stacked in the rows of one matrix,
 * so keys and values are never repeated. Tables and mask are built once for all layers of one
 * description ({@link Attentions}).
 */
public final class Attention {
  private static final float MASKED = -1e9f;

  /**
   * Keys and values of one layer, each {@code [batch, keyValueHeads, tokens, headSize]}.
   *
   * @param keys rotated by their positions
   * @param values as projected
   */
  public record KeyValues(Operand<TFloat32> keys, Operand<TFloat32> values) {}

  private final Ops tf;
  private final Optional<Rotation> ofQueries;
  private final Optional<Rotation> ofKeys;
  private final Operand<TFloat32> scale;
  private final OptionalDouble cap;
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
  private final int parts;

  /**
   * For the whole batch at once.
   *
   * @param tokens the number of new tokens, a scalar
   * @param slots the number of keys, cached and new, a scalar
   * @param positions the positions of the new tokens, {@code [tokens]} or {@code [batch, tokens]}
   * @param hidden true for the slots that a query must not attend to, in a shape that broadcasts to
   *     {@code [batch, heads, tokens, slots]}
   */
  public Attention(
      Ops tf,
      AttentionSpec shape,
      Operand<TInt32> tokens,
      Operand<TInt32> slots,
      Operand<TInt32> positions,
      Operand<TBool> hidden) {
    this(tf, shape, tokens, slots, positions, hidden, 1);
  }

  /**
   * @param parts number of parts of the batch whose scores are computed apart, so that they are
   *     still in the processor's cache when they are used; the bits are the same. If there are
   *     several, {@code hidden} must be the same for all examples, and the batch at least as large.
   */
  Attention(
      Ops tf,
      AttentionSpec shape,
      Operand<TInt32> tokens,
      Operand<TInt32> slots,
      Operand<TInt32> positions,
      Operand<TBool> hidden,
      int parts) {
    this.tf = tf;
    this.parts = parts;
    int d = shape.headSize();
    int group = shape.heads() / shape.keyValueHeads();
    Operand<TInt32> any = tf.constant(-1);
    scale = tf.constant((float) shape.scale());
    cap = shape.cap();
    Optional<Tables> tables = shape.rope().map(rope -> new Tables(tf, rope, d, positions));
    ofKeys = tables.map(t -> t.of(shape.keyValueHeads(), tokens));
    ofQueries = tables.map(t -> t.times(scale).of(shape.heads(), tokens));
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
    flat = tf.constant(new int[] {-1, shape.heads() * d});
    swapTokensAndHeads = tf.constant(new int[] {0, 2, 1, 3});
  }

  /** Cosines and sines of the angles of the new tokens. */
  private static final class Tables {
    private final Ops tf;
    private final int d;
    private final int copies;
    private final Operand<TFloat32> cos;
    private final Operand<TFloat32> sin;
    private final Operand<TFloat32> quarter;

    private Tables(
        Ops tf,
        int d,
        int copies,
        Operand<TFloat32> cos,
        Operand<TFloat32> sin,
        Operand<TFloat32> quarter) {
      this.tf = tf;
      this.d = d;
      this.copies = copies;
      this.cos = cos;
      this.sin = sin;
      this.quarter = quarter;
    }

    Tables(Ops tf, Rope rope, int d, Operand<TInt32> positions) {
      this.tf = tf;
      this.d = d;
      int rotated = rope.rotated(d);
      // both halves of a head turn alike; with a part that stands still, a head is listed whole
      copies = rotated == d ? 2 : 1;
      Operand<TFloat32> angles =
          tf.math.mul(
              tf.expandDims(tf.dtypes.cast(positions, TFloat32.class), tf.constant(-1)),
              frequencies(tf, rope, d, positions));
      cos = amplified(tf.math.cos(angles), rope, d);
      sin = amplified(tf.math.sin(angles), rope, d);
      quarter = tf.constant(quarterTurn(d, rotated));
    }

    private Operand<TFloat32> frequencies(Ops tf, Rope rope, int d, Operand<TInt32> positions) {
      Operand<TFloat32> usual = tf.constant(listed(rope.frequencies(d), d));
      Optional<float[]> beyond = rope.longFrequencies(d);
      if (beyond.isEmpty()) {
        return usual;
      }
      int context = ((Rope.LongRopeScaling) rope.scaling()).context();
      Operand<TInt32> all = tf.reshape(positions, tf.constant(new int[] {-1}));
      return tf.select(
          tf.math.greaterEqual(tf.max(all, tf.constant(0)), tf.constant(context)),
          tf.constant(listed(beyond.get(), d)),
          usual);
    }

    /** The angle of each listed dimension; 0 for those that stand still. */
    private float[] listed(float[] frequencies, int d) {
      if (copies == 2) {
        return frequencies;
      }
      float[] whole = Arrays.copyOf(frequencies, d);
      System.arraycopy(frequencies, 0, whole, frequencies.length, frequencies.length);
      return whole;
    }

    private Operand<TFloat32> amplified(Operand<TFloat32> table, Rope rope, int d) {
      double amplitude = rope.scaling().amplitude();
      if (amplitude == 1) {
        return table;
      }
      float[] factors = new float[copies == 2 ? d / 2 : d];
      Arrays.fill(factors, 1);
      Arrays.fill(factors, 0, copies == 2 ? d / 2 : rope.rotated(d), (float) amplitude);
      return tf.math.mul(table, tf.constant(factors));
    }

    Tables times(Operand<TFloat32> factor) {
      return new Tables(tf, d, copies, tf.math.mul(cos, factor), tf.math.mul(sin, factor), quarter);
    }

    Rotation of(int heads, Operand<TInt32> tokens) {
      int width = heads * d;
      return new Rotation(
          repeated(cos, heads),
          repeated(sin, heads),
          quarter,
          tf.stack(List.of(tf.constant(-1), tokens, tf.constant(width)), Stack.axis(0L)),
          tf.constant(new int[] {-1, d}),
          tf.constant(new int[] {-1, width}));
    }

    private Operand<TFloat32> repeated(Operand<TFloat32> table, int heads) {
      return tf.concat(Collections.nCopies(copies * heads, table), tf.constant(-1));
    }

    /** The matrix that maps {@code (x1, x2, rest)} to {@code (-x2, x1, 0)}. */
    private static float[][] quarterTurn(int d, int rotated) {
      float[][] turn = new float[d][d];
      for (int i = 0; i < rotated / 2; i++) {
        turn[i + rotated / 2][i] = -1;
        turn[i][i + rotated / 2] = 1;
      }
      return turn;
    }
  }

  private Operand<TInt32> dims(
      Operand<TInt32> a, Operand<TInt32> b, Operand<TInt32> c, Operand<TInt32> d) {
    return tf.stack(List.of(a, b, c, d), Stack.axis(0L));
  }

  /**
   * The new keys and values of a layer.
   *
   * @param k {@code [n, keyValueHeads * headSize]}
   * @param v the same shape as {@code k}
   */
  public KeyValues keyValues(Operand<TFloat32> k, Operand<TFloat32> v) {
    Operand<TFloat32> turned = ofKeys.map(r -> r.of(tf, k)).orElse(k);
    return new KeyValues(toHeads(turned, keyHeads), toHeads(v, keyHeads));
  }

  /**
   * Lets new queries attend to the keys and values of all slots.
   *
   * @param q {@code [n, heads * headSize]}
   * @return {@code [n, heads * headSize]}
   */
  public Operand<TFloat32> attend(Operand<TFloat32> q, KeyValues all) {
    // the tables of the queries include the scale
    Operand<TFloat32> scaled =
        ofQueries.map(r -> r.of(tf, q)).orElseGet(() -> tf.math.mul(q, scale));
    Operand<TFloat32> queries = toHeads(scaled, queryHeads);
    Operand<TFloat32> rows = grouped ? tf.reshape(queries, groupRows) : queries;
    Operand<TFloat32> mixed = parts == 1 ? mixed(rows, all) : mixedInParts(rows, all);
    Operand<TFloat32> perHead = grouped ? tf.reshape(mixed, headRows) : mixed;
    return tf.reshape(tf.linalg.transpose(perHead, swapTokensAndHeads), flat);
  }

  /** {@code softmax(rows keys' + mask) values}, for each head. */
  private Operand<TFloat32> mixed(Operand<TFloat32> rows, KeyValues all) {
    Operand<TFloat32> products = BatchedProduct.ofTransposed(tf, rows, all.keys());
    Operand<TFloat32> scores =
        SoftCap.of(tf, grouped ? tf.reshape(products, headScores) : products, cap);
    Operand<TFloat32> weights = tf.nn.softmax(tf.math.add(scores, mask));
    return BatchedProduct.of(
        tf, grouped ? tf.reshape(weights, groupScores) : weights, all.values());
  }

  private Operand<TFloat32> mixedInParts(Operand<TFloat32> rows, KeyValues all) {
    Operand<TInt32> batch = tf.unstack(tf.shape(rows), 4L).output().get(0);
    Operand<TInt32> zero = tf.constant(0);
    Operand<TInt32> rest = tf.constant(-1);
    List<Operand<TFloat32>> mixed = new ArrayList<>();
    Operand<TInt32> from = zero;
    for (int part = 1; part <= parts; part++) {
      Operand<TInt32> to = tf.math.div(tf.math.mul(batch, tf.constant(part)), tf.constant(parts));
      Operand<TInt32> begin = dims(from, zero, zero, zero);
      Operand<TInt32> size = dims(tf.math.sub(to, from), rest, rest, rest);
      mixed.add(
          mixed(
              tf.slice(rows, begin, size),
              new KeyValues(
                  tf.slice(all.keys(), begin, size), tf.slice(all.values(), begin, size))));
      from = to;
    }
    return tf.concat(mixed, zero);
  }

  /** Reshapes {@code [n, heads * size]} to {@code [batch, heads, tokens, size]}. */
  private Operand<TFloat32> toHeads(Operand<TFloat32> x, Operand<TInt32> dims) {
    return tf.linalg.transpose(tf.reshape(x, dims), swapTokensAndHeads);
  }
}
