package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Builds the layers of a description: {@code x += attention(norm x)}, then {@code x +=
 * down(activation(gate(norm x)) * up(norm x))}. A norm follows the last layer.
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
  Operand<TFloat32> hidden(Operand<TInt32> ids, Attention attention, Memory memory) {
    RmsNorm norm = new RmsNorm(tf, spec.width(), spec.norm().epsilon());
    Operand<TFloat32> x = at.rows(ids, name(DecoderPart.EMBEDDING, 0));
    for (int layer = 0; layer < spec.layers(); layer++) {
      x = at.boundary(x);
      Operand<TFloat32> h = norm.apply(x, at.dense(name(DecoderPart.ATTENTION_NORM, layer)));
      Attention.KeyValues fresh =
          attention.keyValues(
              at.matMul(h, name(DecoderPart.KEY, layer)),
              at.matMul(h, name(DecoderPart.VALUE, layer)));
      Operand<TFloat32> mixed =
          attention.attend(
              at.matMul(h, name(DecoderPart.QUERY, layer)), memory.extend(layer, fresh));
      x = at.boundary(sum(x, at.matMul(mixed, name(DecoderPart.ATTENTION_OUTPUT, layer))));
      h = norm.apply(x, at.dense(name(DecoderPart.FEED_FORWARD_NORM, layer)));
      Operand<TFloat32> gate = at.matMul(h, name(DecoderPart.GATE, layer));
      Operand<TFloat32> active = activated(gate);
      Operand<TFloat32> inner = tf.math.mul(active, at.matMul(h, name(DecoderPart.UP, layer)));
      x = sum(x, at.matMul(inner, name(DecoderPart.DOWN, layer)));
    }
    return norm.apply(x, at.dense(name(DecoderPart.FINAL_NORM, 0)));
  }

  /**
   * The logits.
   *
   * @param hidden {@code [n, width]}
   * @return {@code [n, vocabulary]}
   */
  Operand<TFloat32> logits(Operand<TFloat32> hidden) {
    return at.matMulTransposed(
        hidden, name(spec.tiedHead() ? DecoderPart.EMBEDDING : DecoderPart.HEAD, 0));
  }

  private String name(DecoderPart part, int layer) {
    return spec.names().of(part, layer);
  }

  private Operand<TFloat32> activated(Operand<TFloat32> x) {
    return switch (spec.feedForward().activation()) {
      case SILU -> tf.math.mul(x, tf.math.sigmoid(x));
    };
  }

  /** A sum of equal shapes. There is no broadcasting, so its gradient has 3 nodes, not 10. */
  private Operand<TFloat32> sum(Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.math.addN(List.of(a, b));
  }
}
