package io.github.palimpsest.llm.model;

import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The layers of a Llama decoder (Touvron et al. 2023, arXiv 2302.13971): {@code x += attention(norm
 * x)}, then {@code x += down(silu(gate(norm x)) * up(norm x))}, at last a norm.
 *
 * @param config the shape
 * @param tf where to build
 * @param at the weights
 */
record Decoder(LlamaConfig config, Ops tf, Weights at) {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String FINAL_NORM = "model.norm.weight";
  static final String HEAD = "lm_head.weight";

  static String inLayer(int layer, String name) {
    return "model.layers." + layer + "." + name + ".weight";
  }

  /** What attention does with the new keys and values of a layer before it looks at them. */
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
    RmsNorm norm = new RmsNorm(tf, config.width(), config.normEpsilon());
    Operand<TFloat32> x = at.rows(ids, EMBEDDING);
    for (int layer = 0; layer < config.layers(); layer++) {
      x = at.boundary(x);
      Operand<TFloat32> h = norm.apply(x, at.dense(inLayer(layer, "input_layernorm")));
      Attention.KeyValues fresh =
          attention.keyValues(
              at.matMul(h, inLayer(layer, "self_attn.k_proj")),
              at.matMul(h, inLayer(layer, "self_attn.v_proj")));
      Operand<TFloat32> mixed =
          attention.attend(
              at.matMul(h, inLayer(layer, "self_attn.q_proj")), memory.extend(layer, fresh));
      x = at.boundary(sum(x, at.matMul(mixed, inLayer(layer, "self_attn.o_proj"))));
      h = norm.apply(x, at.dense(inLayer(layer, "post_attention_layernorm")));
      Operand<TFloat32> gate = at.matMul(h, inLayer(layer, "mlp.gate_proj"));
      Operand<TFloat32> silu = tf.math.mul(gate, tf.math.sigmoid(gate));
      Operand<TFloat32> inner = tf.math.mul(silu, at.matMul(h, inLayer(layer, "mlp.up_proj")));
      x = sum(x, at.matMul(inner, inLayer(layer, "mlp.down_proj")));
    }
    return norm.apply(x, at.dense(FINAL_NORM));
  }

  /**
   * The logits.
   *
   * @param hidden {@code [n, width]}
   * @return {@code [n, vocabulary]}
   */
  Operand<TFloat32> logits(Operand<TFloat32> hidden) {
    return at.matMulTransposed(hidden, config.tiedHead() ? EMBEDDING : HEAD);
  }

  /** A sum of equal shapes: no broadcasting, so its gradient has 3 nodes instead of 10. */
  private Operand<TFloat32> sum(Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.math.addN(List.of(a, b));
  }
}
