package io.github.palimpsest.llm.model;

import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;

/** Descriptions of decoders for tests: all numbers in one line. */
public final class SmallDecoder {
  private SmallDecoder() {}

  /** A decoder with an untied head, epsilon 1e-5, a rotary base of 10,000, tokens 1 and 2. */
  public static DecoderSpec.Builder of(
      int vocabulary,
      int width,
      int inner,
      int layers,
      int heads,
      int keyValueHeads,
      int headSize,
      int positions) {
    return DecoderSpec.of(vocabulary, width, layers)
        .attention(
            AttentionSpec.rotary(heads, headSize, Rope.of(10_000)).keyValueHeads(keyValueHeads))
        .feedForward(FeedForwardSpec.gated(inner, Activation.SILU))
        .norm(NormSpec.rms(1e-5))
        .positions(positions)
        .bos(1)
        .eos(2);
  }
}
