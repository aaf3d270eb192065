package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
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
  private final Hiding hiding;
  private final Map<AttentionSpec, Attention> built = new HashMap<>();

  private Attentions(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Operand<TInt32> slots,
      Operand<TInt32> positions,
      Hiding hiding) {
    this.tf = tf;
    this.spec = spec;
    this.tokens = tokens;
    this.slots = slots;
    this.positions = positions;
    this.hiding = hiding;
  }

  /**
   * Each token attends to itself and the tokens before it. Therefore only padding attends to
   * padding on the right.
   *
   * @param tokens the length of the sequences, a scalar
   */
  static Attentions causal(Ops tf, DecoderSpec spec, Operand<TInt32> tokens) {
    Operand<TInt32> positions = tf.range(tf.constant(0), tokens, tf.constant(1));
    return new Attentions(
        tf,
        spec,
        tokens,
        tokens,
        positions,
        window -> hidden(tf, positions, tf.expandDims(positions, tf.constant(1)), window));
  }

  /**
   * As {@link #causal}, in rows of several sequences one after another: each token attends only to
   * its own sequence.
   *
   * @param tokens the length of the rows, a scalar
   * @param positions the position of each token in its sequence, 0 at its first token, {@code
   *     [batch, tokens]}
   */
  static Attentions packed(
      Ops tf, DecoderSpec spec, Operand<TInt32> tokens, Operand<TInt32> positions) {
    Operand<TInt32> places = tf.range(tf.constant(0), tokens, tf.constant(1));
    Operand<TInt32> begins = tf.dtypes.cast(tf.math.equal(positions, tf.constant(0)), TInt32.class);
    Operand<TInt32> sequences = tf.math.cumsum(begins, tf.constant(1));
    Operand<TBool> others =
        tf.math.notEqual(
            tf.expandDims(sequences, tf.constant(1)), tf.expandDims(sequences, tf.constant(2)));
    Operand<TBool> strangers = tf.expandDims(others, tf.constant(1)); // for every head
    return new Attentions(
        tf,
        spec,
        tokens,
        tokens,
        positions,
        window ->
            tf.math.logicalOr(
                strangers, hidden(tf, places, tf.expandDims(places, tf.constant(1)), window)));
  }

  /**
   * As {@link #causal}, in rows of sequences that share beginnings: each token attends to itself
   * and to the tokens that it continues.
   *
   * @param tokens the length of the rows, a scalar
   * @param positions the position of each token in its sequences, {@code [batch, tokens]}
   * @param ends the place behind the last token that continues each token, {@code [batch, tokens]}
   * @see PrefixTree
   */
  static Attentions branching(
      Ops tf,
      DecoderSpec spec,
      Operand<TInt32> tokens,
      Operand<TInt32> positions,
      Operand<TInt32> ends) {
    Operand<TInt32> places = tf.range(tf.constant(0), tokens, tf.constant(1));
    Operand<TInt32> queries = tf.expandDims(places, tf.constant(1));
    Operand<TBool> others =
        tf.math.logicalOr(
            tf.math.greater(places, queries),
            tf.math.lessEqual(tf.expandDims(ends, tf.constant(1)), queries));
    return new Attentions(
        tf,
        spec,
        tokens,
        tokens,
        positions,
        window -> {
          Operand<TBool> hidden = others;
          if (window.isPresent()) {
            Operand<TInt32> first =
                tf.math.sub(positions, tf.constant(window.getAsInt() - 1)); // in sight
            hidden =
                tf.math.logicalOr(
                    others,
                    tf.math.less(
                        tf.expandDims(positions, tf.constant(1)),
                        tf.expandDims(first, tf.constant(2))));
          }
          return tf.expandDims(hidden, tf.constant(1)); // for every head
        });
  }

  /**
   * Attention for new tokens after cached ones. The rows are aligned at their ends.
   *
   * @param tokens the number of new tokens, a scalar
   * @param cached the number of cached tokens, a scalar
   * @param padding the number of empty slots at the start of each row, {@code [batch]}
   */
  static Attentions cached(
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
    return new Attentions(
        tf,
        spec,
        tokens,
        slots,
        positions,
        window ->
            tf.math.logicalOr(
                hidden(tf, allSlots, tf.expandDims(newSlots, tf.constant(1)), window),
                tf.math.less(allSlots, tf.reshape(padding, tf.constant(new int[] {-1, 1, 1, 1})))));
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
        s -> new Attention(tf, s, tokens, slots, positions, hiding.by(s.window())));
  }

  /**
   * The position of each token of the batch.
   *
   * @param ids {@code [n]}, the rows of the batch one after another
   * @return {@code [n]}
   */
  Operand<TInt32> positions(Operand<TInt32> ids) {
    Operand<TInt32> all = tf.constant(new int[] {-1});
    if (positions.shape().numDimensions() > 1) {
      return tf.reshape(positions, all);
    }
    Operand<TInt32> rows = tf.math.div(tf.size(ids), tokens);
    return tf.reshape(
        tf.tile(tf.expandDims(positions, tf.constant(0)), tf.stack(List.of(rows, tf.constant(1)))),
        all);
  }
}
