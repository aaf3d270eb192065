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
  /** The queries. */
  QUERY(Role.KERNEL, true, "model.layers.{layer}.self_attn.q_proj.weight"),
  /** The keys. */
  KEY(Role.KERNEL, true, "model.layers.{layer}.self_attn.k_proj.weight"),
  /** The values. */
  VALUE(Role.KERNEL, true, "model.layers.{layer}.self_attn.v_proj.weight"),
  /** The kernel that is applied to the results of the heads. */
  ATTENTION_OUTPUT(Role.KERNEL, true, "model.layers.{layer}.self_attn.o_proj.weight"),
  /** The kernel with the activation. */
  GATE(Role.KERNEL, true, "model.layers.{layer}.mlp.gate_proj.weight"),
  /** The kernel whose result the gate multiplies. */
  UP(Role.KERNEL, true, "model.layers.{layer}.mlp.up_proj.weight"),
  /** The kernel from the feed-forward block back to the hidden state. */
  DOWN(Role.KERNEL, true, "model.layers.{layer}.mlp.down_proj.weight"),
  /** The gain of the norm before attention. */
  ATTENTION_NORM(Role.NORM, true, "model.layers.{layer}.input_layernorm.weight"),
  /** The gain of the norm before the feed-forward block. */
  FEED_FORWARD_NORM(Role.NORM, true, "model.layers.{layer}.post_attention_layernorm.weight"),
  /** The gain of the norm after the last layer. */
  FINAL_NORM(Role.NORM, false, "model.norm.weight"),
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
