package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Builds the layers of a description: {@code x += attention(norm x)}, then {@code x +=
 * down(activation(gate(norm x)) * up(norm x))}, with the variations that the description names. A
 * norm follows the last layer.
 *
 * @param spec the description
 * @param tf builds the operations
 * @param at the weights
 */
record Decoder(DecoderSpec spec, Ops tf, Weights at) {

  /** Extends the new keys and values of a layer before attention uses them. */
  interface Memory {
    Attention.KeyValues extend(int layer, Attention.KeyValues fresh);
  }

  /**
   * The hidden states after the last norm.
   *
   * @param ids {@code [n]}, the rows of the batch one after another
   * @return {@code [n, width]}
   */
  Operand<TFloat32> hidden(Operand<TInt32> ids, Attentions attentions, Memory memory) {
    Operand<TFloat32> x = at.rows(ids, name(DecoderPart.EMBEDDING, 0));
    return states(attentions.before(x), attentions, memory);
  }

  /** The rows that an adapter puts before the embedded tokens, if there are any. */
  Optional<Operand<TFloat32>> rows() {
    return at.rowsBefore(name(DecoderPart.EMBEDDING, 0));
  }

  /**
   * The hidden states after the last norm.
   *
   * @param embedded {@code [n, width]}, the rows of the batch one after another
   * @return the states of the tokens, {@code [n, width]}
   */
  Operand<TFloat32> states(Operand<TFloat32> embedded, Attentions attentions, Memory memory) {
    Norms norms = new Norms(spec, tf, at);
    Operand<TFloat32> x = placed(embedded, attentions);
    for (int layer = 0; layer < spec.layers(); layer++) {
      x = at.boundary(x);
      Operand<TFloat32> h =
          norms.before(x, DecoderPart.ATTENTION_NORM, DecoderPart.ATTENTION_NORM_SHIFT, layer);
      Operand<TFloat32> mixed =
          norms.after(
              attention(h, norms, attentions.of(layer), memory, layer),
              DecoderPart.AFTER_ATTENTION_NORM,
              layer);
      Operand<TFloat32> between = x;
      if (!spec.isParallel()) {
        between = at.boundary(sum(x, residual(mixed)));
      }
      h =
          norms.before(
              between, DecoderPart.FEED_FORWARD_NORM, DecoderPart.FEED_FORWARD_NORM_SHIFT, layer);
      Operand<TFloat32> fed =
          norms.after(feedForward(h, layer), DecoderPart.AFTER_FEED_FORWARD_NORM, layer);
      x =
          spec.isParallel()
              ? tf.math.addN(List.of(x, residual(mixed), residual(fed)))
              : sum(between, residual(fed));
    }
    return norms.last(attentions.ofTokens(x));
  }

  private Operand<TFloat32> placed(Operand<TFloat32> embedded, Attentions attentions) {
    Operand<TFloat32> x = scaled(embedded, spec.scales().embedding());
    if (!spec.hasLearnedPositions()) {
      return x;
    }
    // a last token that is only predicted may be one position too far; nothing reads its state
    Operand<TInt32> positions =
        tf.math.minimum(attentions.positions(x), tf.constant(spec.positions() - 1));
    return sum(x, at.rows(positions, name(DecoderPart.POSITION, 0)));
  }

  /**
   * The logits.
   *
   * @param hidden {@code [n, width]}
   * @return {@code [n, vocabulary]}
   */
  Operand<TFloat32> logits(Operand<TFloat32> hidden) {
    Operand<TFloat32> z =
        at.matMulTransposed(
            hidden, name(spec.tiedHead() ? DecoderPart.EMBEDDING : DecoderPart.HEAD, 0));
    return SoftCap.of(tf, scaled(z, spec.scales().logits()), spec.scales().cap());
  }

  private Operand<TFloat32> attention(
      Operand<TFloat32> h, Norms norms, Attention attention, Memory memory, int layer) {
    AttentionSpec shape = spec.attention();
    List<Operand<TFloat32>> qkv = queriesKeysValues(h, layer);
    Operand<TFloat32> k =
        norms.projected(qkv.get(1), shape.keyValueHeads(), DecoderPart.KEY_NORM, layer);
    Attention.KeyValues fresh = attention.keyValues(k, qkv.get(2));
    Operand<TFloat32> q = norms.projected(qkv.get(0), shape.heads(), DecoderPart.QUERY_NORM, layer);
    Operand<TFloat32> mixed = attention.attend(q, memory.extend(layer, fresh));
    return product(
        mixed,
        DecoderPart.ATTENTION_OUTPUT,
        shape.isOutputBiased(),
        DecoderPart.ATTENTION_OUTPUT_BIAS,
        layer);
  }

  /** Queries, keys and values, each {@code [n, heads * headSize]}. */
  private List<Operand<TFloat32>> queriesKeysValues(Operand<TFloat32> h, int layer) {
    AttentionSpec shape = spec.attention();
    boolean biased = shape.isBiased();
    if (shape.fusion() == AttentionSpec.Fusion.NONE) {
      Operand<TFloat32> k = product(h, DecoderPart.KEY, biased, DecoderPart.KEY_BIAS, layer);
      Operand<TFloat32> v = product(h, DecoderPart.VALUE, biased, DecoderPart.VALUE_BIAS, layer);
      return List.of(product(h, DecoderPart.QUERY, biased, DecoderPart.QUERY_BIAS, layer), k, v);
    }
    Operand<TFloat32> all =
        product(h, DecoderPart.QUERY_KEY_VALUE, biased, DecoderPart.QUERY_KEY_VALUE_BIAS, layer);
    int size = shape.headSize();
    if (shape.fusion() == AttentionSpec.Fusion.IN_TURN) {
      int queries = shape.heads() * size;
      int keys = shape.keyValueHeads() * size;
      return List.of(
          columns(all, 0, queries),
          columns(all, queries, keys),
          columns(all, queries + keys, keys));
    }
    Operand<TFloat32> byHead =
        tf.reshape(all, tf.constant(new int[] {-1, shape.heads(), 3 * size}));
    List<Operand<TFloat32>> parts = new ArrayList<>();
    for (int part = 0; part < 3; part++) {
      parts.add(
          tf.reshape(
              tf.slice(
                  byHead,
                  tf.constant(new int[] {0, 0, part * size}),
                  tf.constant(new int[] {-1, -1, size})),
              tf.constant(new int[] {-1, shape.heads() * size})));
    }
    return parts;
  }

  private Operand<TFloat32> feedForward(Operand<TFloat32> h, int layer) {
    boolean biased = spec.feedForward().isBiased();
    int width = spec.feedForward().width();
    Operand<TFloat32> inner;
    if (spec.feedForward().isFused()) {
      Operand<TFloat32> both =
          product(h, DecoderPart.GATE_UP, biased, DecoderPart.GATE_UP_BIAS, layer);
      inner =
          ElementwiseProduct.of(
              tf, activated(columns(both, 0, width)), columns(both, width, width));
    } else if (spec.feedForward().isGated()) {
      Operand<TFloat32> gate = product(h, DecoderPart.GATE, biased, DecoderPart.GATE_BIAS, layer);
      Operand<TFloat32> active = activated(gate);
      Operand<TFloat32> up = product(h, DecoderPart.UP, biased, DecoderPart.UP_BIAS, layer);
      inner = ElementwiseProduct.of(tf, active, up);
    } else {
      inner = activated(product(h, DecoderPart.UP, biased, DecoderPart.UP_BIAS, layer));
    }
    return product(inner, DecoderPart.DOWN, biased, DecoderPart.DOWN_BIAS, layer);
  }

  private Operand<TFloat32> product(
      Operand<TFloat32> x, DecoderPart kernel, boolean biased, DecoderPart bias, int layer) {
    Operand<TFloat32> y = at.matMul(x, name(kernel, layer));
    return biased ? tf.nn.biasAdd(y, at.dense(name(bias, layer))) : y;
  }

  private Operand<TFloat32> columns(Operand<TFloat32> x, int from, int count) {
    return tf.slice(x, tf.constant(new int[] {0, from}), tf.constant(new int[] {-1, count}));
  }

  private String name(DecoderPart part, int layer) {
    return spec.names().of(part, layer);
  }

  private Operand<TFloat32> activated(Operand<TFloat32> x) {
    return switch (spec.feedForward().activation()) {
      case SILU -> ElementwiseProduct.silu(tf, x);
      case GELU -> {
        Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
        yield tf.math.mul(half(x), tf.math.add(erf, tf.constant(1f)));
      }
      case GELU_TANH -> {
        Operand<TFloat32> cube = tf.math.mul(tf.math.square(x), x);
        Operand<TFloat32> bent = tf.math.add(x, tf.math.mul(cube, tf.constant(0.044715f)));
        Operand<TFloat32> tanh =
            tf.math.tanh(tf.math.mul(bent, tf.constant((float) Math.sqrt(2 / Math.PI))));
        yield tf.math.mul(half(x), tf.math.add(tanh, tf.constant(1f)));
      }
    };
  }

  private Operand<TFloat32> half(Operand<TFloat32> x) {
    return tf.math.mul(x, tf.constant(0.5f));
  }

  private Operand<TFloat32> residual(Operand<TFloat32> x) {
    return scaled(x, spec.scales().residual());
  }

  private Operand<TFloat32> scaled(Operand<TFloat32> x, double factor) {
    return factor == 1 ? x : tf.math.mul(x, tf.constant((float) factor));
  }

  /** A sum of equal shapes. There is no broadcasting, so its gradient has 3 nodes, not 10. */
  private Operand<TFloat32> sum(Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.math.addN(List.of(a, b));
  }
}
