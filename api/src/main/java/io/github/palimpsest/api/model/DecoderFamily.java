package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;

/**
 * A family of decoders. It turns keys into a {@link DecoderSpec} and back; the host builds the
 * described graph, and reads and writes the tensors that it names.
 *
 * <pre>{@code
 * final class AcmeFamily implements DecoderFamily {
 *   @Override public DecoderSpec read(ModelConfig c) {
 *     int width = c.integer("hidden_size", 1 << 20);
 *     int heads = c.integer("num_attention_heads", 1 << 10);
 *     return DecoderSpec.of(c.integer("vocab_size", 1 << 24), width, c.integer("num_hidden_layers", 1000))
 *         .positions(c.integer("max_position_embeddings", 2048, 1 << 30))
 *         .attention(AttentionSpec.rotary(heads, width / heads, c.rope()))
 *         .feedForward(FeedForwardSpec.gated(c.integer("intermediate_size", 1 << 24), Activation.SILU))
 *         .norm(NormSpec.rms(c.real("rms_norm_eps", 1e-6)))
 *         .tiedHead(c.flag("tie_word_embeddings", false))
 *         .eos(c.token("eos_token_id", 2))
 *         .build();
 *   }
 *   ...
 * }
 * }</pre>
 */
@Experimental(since = "0.1")
public non-sealed interface DecoderFamily extends ModelFamily {
  /**
   * Reads a configuration. Every key must be read, rejected or {@linkplain ModelConfig#ignore
   * ignored}: the host rejects a file with any other key.
   *
   * @param config the keys of a {@code config.json} whose {@code model_type} is this family's
   * @throws PalimpsestException if it needs a feature that the family or the host lacks; names the
   *     key
   */
  DecoderSpec read(ModelConfig config);

  /**
   * Writes the configuration of a model, with the keys that transformers reads: {@link #read} makes
   * an equal description of it. The host writes {@code model_type} and the type of the weights.
   *
   * @param spec a description that {@link #read} can return
   * @param config receives the keys, in the order in which people should read them
   */
  void write(DecoderSpec spec, ConfigWriter config);
}
