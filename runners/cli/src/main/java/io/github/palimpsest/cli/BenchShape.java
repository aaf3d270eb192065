package io.github.palimpsest.cli;

import io.github.palimpsest.llm.model.LlamaConfig;
import io.github.palimpsest.llm.model.Rope;

/** Sizes of models and batches that are timed, the same as other tools are timed with. */
enum BenchShape {
  /** The size of a story teller of 260 thousand parameters. */
  S(512, 64, 5, 8, 4, 172, 8, 64, true),
  /** 6.8 million parameters. */
  M(4096, 256, 6, 8, 8, 688, 8, 128, false),
  /** SmolLM2-135M. */
  L(49152, 576, 30, 9, 3, 1536, 4, 128, true),
  /** TinyLlama-1.1B, for LoRA. */
  XL(32000, 2048, 22, 32, 4, 5632, 1, 256, false);

  private static final int POSITIONS = 2048;
  private static final double EPSILON = 1e-5;
  private static final double THETA = 10_000;
  private static final double DEVIATION = 0.02;

  private final int vocabulary;
  private final int width;
  private final int layers;
  private final int heads;
  private final int keyValueHeads;
  private final int feedForward;
  private final int batch;
  private final int tokens;
  private final boolean tied;

  BenchShape(
      int vocabulary,
      int width,
      int layers,
      int heads,
      int keyValueHeads,
      int feedForward,
      int batch,
      int tokens,
      boolean tied) {
    this.vocabulary = vocabulary;
    this.width = width;
    this.layers = layers;
    this.heads = heads;
    this.keyValueHeads = keyValueHeads;
    this.feedForward = feedForward;
    this.batch = batch;
    this.tokens = tokens;
    this.tied = tied;
  }

  LlamaConfig config() {
    return new LlamaConfig(
        vocabulary,
        width,
        feedForward,
        layers,
        heads,
        keyValueHeads,
        width / heads,
        POSITIONS,
        EPSILON,
        new Rope(THETA, new Rope.Unscaled()),
        tied,
        DEVIATION,
        1,
        2);
  }

  int batch() {
    return batch;
  }

  int tokens() {
    return tokens;
  }

  /** Multiplications and additions of matrix products in one forward and backward pass. */
  double flopsPerPass() {
    double headSize = (double) width / heads;
    double perToken =
        layers
                * (2.0 * width * width
                    + 2.0 * width * keyValueHeads * headSize
                    + 3.0 * width * feedForward)
            + (double) width * vocabulary;
    double attention = 2.0 * layers * heads * headSize * tokens;
    return 2 * 3 * (perToken + attention) * batch * tokens;
  }
}
