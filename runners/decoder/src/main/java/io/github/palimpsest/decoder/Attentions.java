package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The attention of each layer of one pass; layers with equal descriptions share tables and mask.
 */
final class Attentions {
  /** Builds what hides keys from queries. */
  private interface Hiding {
    /**
     * @param window the number of tokens that a query attends to, or empty for all before it
     * @return true for the slots that a query must not attend to, in a shape that broadcasts to
     *     {@code [batch, heads, tokens, slots]}
     */
    Operand<TBool> by(OptionalInt window);
  }

  private final Ops tf;
  private final DecoderSpec spec;
  private final Operand<TInt32> tokens;
  private final Operand<TInt32> slots;
  private final Operand<TInt32> positions;
  private final Optional<RowsInPlace> rows;
  private final Hiding hiding;
  private final int parts;
  private final Map<AttentionSpec, Attention> built = new HashMap<>();

  private Attentions(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Operand<TInt32> slots,
      Operand<TInt32> positions,
      Optional<RowsInPlace> rows,
      Hiding hiding,
      int parts) {
    this.tf = tf;
    this.spec = spec;
    this.tokens = tokens;
    this.slots = slots;
    this.positions = positions;
    this.rows = rows;
    this.hiding = hiding;
    this.parts = parts;
  }

  private static Optional<RowsInPlace> inPlace(
      Ops tf, DecoderSpec spec, Optional<Operand<TFloat32>> rows, Operand<TInt32> tokens) {
    return rows.map(r -> new RowsInPlace(tf, r, spec.width(), tokens));
  }

  /**
   * Each token attends to itself and the tokens before it. Therefore only padding attends to
   * padding on the right.
   *
   * @param tokens the length of the sequences, a scalar
   * @param before rows before each sequence, {@code [n, width]}: tokens that come first
   * @param parts number of parts of the batch that are computed apart
   */
  static Attentions causal(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Optional<Operand<TFloat32>> before,
      int parts) {
    Optional<RowsInPlace> rows = inPlace(tf, spec, before, tokens);
    Operand<TInt32> places = rows.map(RowsInPlace::places).orElse(tokens);
    Operand<TInt32> positions = tf.range(tf.constant(0), places, tf.constant(1));
    return new Attentions(
        tf,
        spec,
        places,
        places,
        positions,
        rows,
        window -> hidden(tf, positions, tf.expandDims(positions, tf.constant(1)), window),
        parts);
  }

  /**
   * As {@link #causal}, in rows of several sequences one after another: each token attends only to
   * its own sequence, and to the rows before it, which are there once for all sequences.
   *
   * @param tokens the length of the rows, a scalar
   * @param positions the position of each token in its sequence, 0 at its first token, {@code
   *     [batch, tokens]}
   * @param before rows before each sequence, {@code [n, width]}
   */
  static Attentions packed(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Operand<TInt32> positions,
      Optional<Operand<TFloat32>> before) {
    Optional<RowsInPlace> rows = inPlace(tf, spec, before, tokens);
    Operand<TInt32> length = rows.map(RowsInPlace::places).orElse(tokens);
    Operand<TInt32> places = tf.range(tf.constant(0), length, tf.constant(1));
    Operand<TInt32> begins = tf.dtypes.cast(tf.math.equal(positions, tf.constant(0)), TInt32.class);
    Operand<TInt32> ofTokens = tf.math.cumsum(begins, tf.constant(1)); // from 1
    Operand<TInt32> sequences =
        rows.map(r -> r.before(ofTokens, tf.zerosLike(r.numbers()))).orElse(ofTokens);
    Operand<TInt32> keys = tf.expandDims(sequences, tf.constant(1));
    Operand<TBool> others = tf.math.notEqual(keys, tf.expandDims(sequences, tf.constant(2)));
    Operand<TBool> strangers =
        tf.expandDims(
            rows.isEmpty()
                ? others
                : tf.math.logicalAnd(others, tf.math.notEqual(keys, tf.constant(0))),
            tf.constant(1)); // for every head
    Operand<TInt32> shifted = shifted(tf, rows, positions);
    return new Attentions(
        tf,
        spec,
        length,
        length,
        shifted,
        rows,
        window -> {
          Operand<TInt32> queries = tf.expandDims(places, tf.constant(1));
          if (rows.isEmpty()) {
            return tf.math.logicalOr(strangers, hidden(tf, places, queries, window));
          }
          Operand<TBool> unseen = tf.math.logicalOr(strangers, tf.math.greater(places, queries));
          return window.isEmpty()
              ? unseen
              : tf.math.logicalOr(
                  unseen,
                  tf.expandDims(outOfSight(tf, shifted, window.getAsInt()), tf.constant(1)));
        },
        1);
  }

  /** Positions with those of the rows before them. */
  private static Operand<TInt32> shifted(
      Ops tf, Optional<RowsInPlace> rows, Operand<TInt32> positions) {
    return rows.map(r -> r.before(tf.math.add(positions, r.count()), r.numbers()))
        .orElse(positions);
  }

  /**
   * As {@link #causal}, in rows of sequences that share beginnings: each token attends to itself
   * and to the tokens that it continues.
   *
   * @param tokens the length of the rows, a scalar
   * @param positions the position of each token in its sequences, {@code [batch, tokens]}
   * @param ends the place behind the last token that continues each token, {@code [batch, tokens]}
   * @param before rows before each sequence, {@code [n, width]}, which all tokens continue
   * @see PrefixTree
   */
  static Attentions branching(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Operand<TInt32> positions,
      Operand<TInt32> ends,
      Optional<Operand<TFloat32>> before) {
    Optional<RowsInPlace> rows = inPlace(tf, spec, before, tokens);
    Operand<TInt32> length = rows.map(RowsInPlace::places).orElse(tokens);
    Operand<TInt32> allEnds =
        rows.map(
                r ->
                    r.before(
                        tf.math.add(ends, r.count()),
                        tf.math.add(tf.zerosLike(r.numbers()), length)))
            .orElse(ends);
    Operand<TInt32> places = tf.range(tf.constant(0), length, tf.constant(1));
    Operand<TInt32> queries = tf.expandDims(places, tf.constant(1));
    Operand<TBool> others =
        tf.math.logicalOr(
            tf.math.greater(places, queries),
            tf.math.lessEqual(tf.expandDims(allEnds, tf.constant(1)), queries));
    Operand<TInt32> shifted = shifted(tf, rows, positions);
    return new Attentions(
        tf,
        spec,
        length,
        length,
        shifted,
        rows,
        window ->
            tf.expandDims( // for every head
                window.isEmpty()
                    ? others
                    : tf.math.logicalOr(others, outOfSight(tf, shifted, window.getAsInt())),
                tf.constant(1)),
        1);
  }

  /**
   * Keys a window's length or more before the query.
   *
   * @param positions {@code [batch, places]}
   * @return {@code [batch, places, places]}
   */
  private static Operand<TBool> outOfSight(Ops tf, Operand<TInt32> positions, int window) {
    Operand<TInt32> keys = tf.expandDims(positions, tf.constant(1));
    Operand<TInt32> first = tf.math.sub(positions, tf.constant(window - 1)); // in sight
    return tf.math.less(keys, tf.expandDims(first, tf.constant(2)));
  }

  /**
   * Attention for new tokens after cached ones. The rows are aligned at their ends.
   *
   * @param tokens the number of new tokens, a scalar
   * @param cached the number of cached tokens, a scalar
   * @param padding the number of empty slots at the start of each row, {@code [batch]}
   * @param before the number of rows before each sequence, a scalar, whose keys and values stand
   *     before all slots
   */
  static Attentions cached(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Operand<TInt32> cached,
      Operand<TInt32> padding,
      Optional<Operand<TInt32>> before) {
    Operand<TInt32> slots = tf.math.add(cached, tokens);
    Operand<TInt32> newSlots = tf.range(cached, slots, tf.constant(1));
    Operand<TInt32> allSlots = tf.range(tf.constant(0), slots, tf.constant(1));
    Operand<TInt32> empty = tf.expandDims(padding, tf.constant(1));
    Operand<TInt32> positions = tf.math.maximum(tf.math.sub(newSlots, empty), tf.constant(0));
    Operand<TInt32> byRow = tf.constant(new int[] {-1, 1, 1, 1});
    if (before.isEmpty()) {
      return new Attentions(
          tf,
          spec,
          tokens,
          slots,
          positions,
          Optional.empty(),
          window ->
              tf.math.logicalOr(
                  hidden(tf, allSlots, tf.expandDims(newSlots, tf.constant(1)), window),
                  tf.math.less(allSlots, tf.reshape(padding, byRow))),
          1);
    }
    Operand<TInt32> n = before.get();
    Operand<TInt32> shifted = tf.math.add(positions, n);
    Operand<TInt32> places = tf.math.add(slots, n);
    Operand<TInt32> ofRows = tf.range(tf.constant(0), n, tf.constant(1));
    return new Attentions(
        tf,
        spec,
        tokens,
        places,
        shifted,
        Optional.empty(),
        window -> {
          Operand<TInt32> four = tf.constant(new int[] {1, 1, 1, -1});
          // positions in a row, below n in an empty slot: rows [1, 1, 1, n], slots [batch, 1, 1, s]
          Operand<TInt32> ofSlots =
              tf.math.add(tf.math.sub(tf.reshape(allSlots, four), tf.reshape(padding, byRow)), n);
          Operand<TInt32> queries =
              tf.expandDims(tf.expandDims(shifted, tf.constant(2)), tf.constant(1));
          Operand<TBool> slotsHidden =
              tf.math.logicalOr(hidden(tf, ofSlots, queries, window), tf.math.less(ofSlots, n));
          Operand<TBool> rowsHidden = hidden(tf, tf.reshape(ofRows, four), queries, window);
          return tf.concat(List.of(rowsHidden, slotsHidden), tf.constant(3));
        },
        1);
  }

  /** Keys after the query, or a window's length or more before it. */
  private static Operand<TBool> hidden(
      Ops tf, Operand<TInt32> keys, Operand<TInt32> queries, OptionalInt window) {
    Operand<TBool> later = tf.math.greater(keys, queries);
    return window.isEmpty()
        ? later
        : tf.math.logicalOr(
            later, tf.math.lessEqual(keys, tf.math.sub(queries, tf.constant(window.getAsInt()))));
  }

  /** The attention of a layer. */
  Attention of(int layer) {
    return built.computeIfAbsent(
        spec.attentionByLayer().get(layer),
        s -> new Attention(tf, s, tokens, slots, positions, hiding.by(s.window()), parts));
  }

  /**
   * The rows of an adapter before the tokens, where the pass has them.
   *
   * @param x {@code [n, width]}, the tokens of the batch
   */
  Operand<TFloat32> before(Operand<TFloat32> x) {
    return rows.map(r -> r.before(x)).orElse(x);
  }

  /**
   * The tokens' places alone.
   *
   * @param x {@code [n, width]}, a value for each place
   */
  Operand<TFloat32> ofTokens(Operand<TFloat32> x) {
    return rows.map(r -> r.ofTokens(x)).orElse(x);
  }

  /**
   * The position of each place of the batch.
   *
   * @param x {@code [n, width]}, the rows of the batch one after another
   * @return {@code [n]}
   */
  Operand<TInt32> positions(Operand<TFloat32> x) {
    Operand<TInt32> all = tf.constant(new int[] {-1});
    if (positions.shape().numDimensions() > 1) {
      return tf.reshape(positions, all);
    }
    Operand<TInt32> batch = tf.math.div(tf.unstack(tf.shape(x), 2L).output().get(0), tokens);
    return tf.reshape(
        tf.tile(tf.expandDims(positions, tf.constant(0)), tf.stack(List.of(batch, tf.constant(1)))),
        all);
  }
}
