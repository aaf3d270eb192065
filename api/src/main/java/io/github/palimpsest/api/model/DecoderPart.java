package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;

/**
 * The parts of a decoder that have a tensor. Checkpoints hold kernels as {@code [out, in]}, models
 * as {@code [in, out]}; the other tensors are the same in both. More may be added.
 */
@Experimental(since = "0.1")
public enum DecoderPart {
  /** {@code [vocabulary, width]}: the vector of each token. */
  EMBEDDING(Role.EMBEDDING, false, "model.embed_tokens.weight"),
  /** {@code [positions, width]}: the vector of each position, added to that of the token. */
  POSITION(Role.EMBEDDING, false, "model.embed_positions.weight"),
  /** The queries. */
  QUERY(Role.KERNEL, true, "model.layers.{layer}.self_attn.q_proj.weight"),
  /** The keys. */
  KEY(Role.KERNEL, true, "model.layers.{layer}.self_attn.k_proj.weight"),
  /** The values. */
  VALUE(Role.KERNEL, true, "model.layers.{layer}.self_attn.v_proj.weight"),
  /** Queries, keys and values in one kernel. */
  QUERY_KEY_VALUE(Role.KERNEL, true, "model.layers.{layer}.self_attn.qkv_proj.weight"),
  /** The kernel that is applied to the results of the heads. */
  ATTENTION_OUTPUT(Role.KERNEL, true, "model.layers.{layer}.self_attn.o_proj.weight"),
  /** The kernel with the activation. */
  GATE(Role.KERNEL, true, "model.layers.{layer}.mlp.gate_proj.weight"),
  /** The kernel whose result the gate multiplies. */
  UP(Role.KERNEL, true, "model.layers.{layer}.mlp.up_proj.weight"),
  /** Gate and up in one kernel. */
  GATE_UP(Role.KERNEL, true, "model.layers.{layer}.mlp.gate_up_proj.weight"),
  /** The kernel from the feed-forward block back to the hidden state. */
  DOWN(Role.KERNEL, true, "model.layers.{layer}.mlp.down_proj.weight"),
  /** Added to the queries. */
  QUERY_BIAS(Role.BIAS, true, "model.layers.{layer}.self_attn.q_proj.bias"),
  /** Added to the keys. */
  KEY_BIAS(Role.BIAS, true, "model.layers.{layer}.self_attn.k_proj.bias"),
  /** Added to the values. */
  VALUE_BIAS(Role.BIAS, true, "model.layers.{layer}.self_attn.v_proj.bias"),
  /** Added to queries, keys and values of one kernel. */
  QUERY_KEY_VALUE_BIAS(Role.BIAS, true, "model.layers.{layer}.self_attn.qkv_proj.bias"),
  /** Added to the result of attention. */
  ATTENTION_OUTPUT_BIAS(Role.BIAS, true, "model.layers.{layer}.self_attn.o_proj.bias"),
  /** Added to the gate. */
  GATE_BIAS(Role.BIAS, true, "model.layers.{layer}.mlp.gate_proj.bias"),
  /** Added to up. */
  UP_BIAS(Role.BIAS, true, "model.layers.{layer}.mlp.up_proj.bias"),
  /** Added to gate and up of one kernel. */
  GATE_UP_BIAS(Role.BIAS, true, "model.layers.{layer}.mlp.gate_up_proj.bias"),
  /** Added to the result of the feed-forward block. */
  DOWN_BIAS(Role.BIAS, true, "model.layers.{layer}.mlp.down_proj.bias"),
  /** The gain of the norm of the queries. */
  QUERY_NORM(Role.NORM, true, "model.layers.{layer}.self_attn.q_norm.weight"),
  /** The gain of the norm of the keys. */
  KEY_NORM(Role.NORM, true, "model.layers.{layer}.self_attn.k_norm.weight"),
  /** The gain of the norm before attention. */
  ATTENTION_NORM(Role.NORM, true, "model.layers.{layer}.input_layernorm.weight"),
  /** The shift of the norm before attention. */
  ATTENTION_NORM_SHIFT(Role.NORM, true, "model.layers.{layer}.input_layernorm.bias"),
  /** The gain of the norm after attention. */
  AFTER_ATTENTION_NORM(Role.NORM, true, "model.layers.{layer}.post_self_attn_layernorm.weight"),
  /** The gain of the norm before the feed-forward block. */
  FEED_FORWARD_NORM(Role.NORM, true, "model.layers.{layer}.post_attention_layernorm.weight"),
  /** The shift of the norm before the feed-forward block. */
  FEED_FORWARD_NORM_SHIFT(Role.NORM, true, "model.layers.{layer}.post_attention_layernorm.bias"),
  /** The gain of the norm after the feed-forward block. */
  AFTER_FEED_FORWARD_NORM(
      Role.NORM, true, "model.layers.{layer}.post_feedforward_layernorm.weight"),
  /** The gain of the norm after the last layer. */
  FINAL_NORM(Role.NORM, false, "model.norm.weight"),
  /** The shift of the norm after the last layer. */
  FINAL_NORM_SHIFT(Role.NORM, false, "model.norm.bias"),
  /** {@code [vocabulary, width]}: the output projection, if it is not the embedding. */
  HEAD(Role.HEAD, false, "lm_head.weight");

  private final Role role;
  private final boolean inLayer;
  private final String usual;

  DecoderPart(Role role, boolean inLayer, String usual) {
    this.role = role;
    this.inLayer = inLayer;
    this.usual = usual;
  }

  /** The function of the tensor. */
  public Role role() {
    return role;
  }

  /** Whether each layer has one. */
  public boolean inLayer() {
    return inLayer;
  }

  /** The name that Llama and most families after it give the tensor. */
  String usual() {
    return usual;
  }
}
