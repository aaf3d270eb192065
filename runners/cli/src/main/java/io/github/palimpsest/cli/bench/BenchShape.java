package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The size of a model and of its batches. Other tools are timed with the same named shapes.
 *
 * @param name a letter, or a letter and the differences from its shape
 * @param vocabulary number of tokens
 * @param width of a hidden state
 * @param layers of the decoder
 * @param heads of queries
 * @param keyValueHeads of keys and values
 * @param feedForward the width inside a SwiGLU block
 * @param batch examples of a step
 * @param tokens of an example
 * @param tied whether the output head is the embedding
 */
record BenchShape(
    String name,
    int vocabulary,
    int width,
    int layers,
    int heads,
    int keyValueHeads,
    int feedForward,
    int batch,
    int tokens,
    boolean tied) {
  private static final List<BenchShape> NAMED =
      List.of(
          // a story teller of 260 thousand parameters
          new BenchShape("S", 512, 64, 5, 8, 4, 172, 8, 64, true),
          // 6.8 million parameters
          new BenchShape("M", 4096, 256, 6, 8, 8, 688, 8, 128, false),
          // SmolLM2-135M
          new BenchShape("L", 49152, 576, 30, 9, 3, 1536, 4, 128, true),
          // TinyLlama-1.1B, for LoRA
          new BenchShape("XL", 32000, 2048, 22, 32, 4, 5632, 1, 256, false));

  private static final int POSITIONS = 2048;
  private static final double EPSILON = 1e-5;
  private static final double THETA = 10_000;
  private static final double DEVIATION = 0.02;

  /** Reads the name of a shape on the command line. */
  static final class Named implements ITypeConverter<BenchShape> {
    @Override
    public BenchShape convert(String name) {
      return NAMED.stream()
          .filter(s -> s.name().equals(name))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("'" + name + "' is not one of S, M, L and XL"));
    }
  }

  /**
   * Examples of random tokens.
   *
   * @param purpose the prefix of their ids; together with the number, the name of their random
   *     stream
   */
  List<Example> randomExamples(String purpose, long number, int count) {
    RandomGenerator rng = Streams.stream(1, purpose, 0, number);
    List<Example> examples = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      int[] ids = rng.ints(tokens, 0, vocabulary).toArray();
      float[] targets = new float[tokens];
      Arrays.fill(targets, 1, targets.length, 1);
      TreeMap<String, HostArray> fields = new TreeMap<>();
      fields.put(DecoderModel.IDS, new HostArray.Ints(ids, ids.length));
      fields.put(DecoderModel.TARGETS, new HostArray.Floats(targets, targets.length));
      examples.add(new Example(purpose + "/" + number + "/" + row, ids.length, fields));
    }
    return examples;
  }

  /** A copy with another number of layers. */
  BenchShape withLayers(int count) {
    return new BenchShape(
        name + " layers=" + count,
        vocabulary,
        width,
        count,
        heads,
        keyValueHeads,
        feedForward,
        batch,
        tokens,
        tied);
  }

  /** A copy whose heads, hidden states and SwiGLU blocks have n quarters of this width. */
  BenchShape withWidth(int quarters) {
    return new BenchShape(
        name + " width=" + width * quarters / 4,
        vocabulary,
        width * quarters / 4,
        layers,
        heads,
        keyValueHeads,
        feedForward * quarters / 4,
        batch,
        tokens,
        tied);
  }

  /** A copy with another number of tokens in the vocabulary. */
  BenchShape withVocabulary(int size) {
    return new BenchShape(
        name + " vocabulary=" + size,
        size,
        width,
        layers,
        heads,
        keyValueHeads,
        feedForward,
        batch,
        tokens,
        tied);
  }

  /** A copy with another number of examples in a step. */
  BenchShape withBatch(int examples) {
    return new BenchShape(
        name + " batch=" + examples,
        vocabulary,
        width,
        layers,
        heads,
        keyValueHeads,
        feedForward,
        examples,
        tokens,
        tied);
  }

  /** A copy with examples of another length. */
  BenchShape withTokens(int length) {
    return new BenchShape(
        name + " tokens=" + length,
        vocabulary,
        width,
        layers,
        heads,
        keyValueHeads,
        feedForward,
        batch,
        length,
        tied);
  }

  DecoderSpec decoder() {
    return DecoderSpec.of(vocabulary, width, layers)
        .attention(
            AttentionSpec.rotary(heads, width / heads, Rope.of(THETA)).keyValueHeads(keyValueHeads))
        .feedForward(FeedForwardSpec.gated(feedForward, Activation.SILU))
        .norm(NormSpec.rms(EPSILON))
        .positions(POSITIONS)
        .tiedHead(tied)
        .initialDeviation(DEVIATION)
        .bos(1)
        .eos(2)
        .build();
  }

  /**
   * The number of multiplications and additions of matrix products in one forward and backward
   * pass.
   *
   * @param frozen whether kernels and tables have no gradient of their own; those of an adapter, a
   *     hundredth of the work, are not counted
   */
  double flopsPerPass(boolean frozen) {
    double headSize = (double) width / heads;
    double perToken =
        layers
                * (2.0 * width * width
                    + 2.0 * width * keyValueHeads * headSize
                    + 3.0 * width * feedForward)
            + (double) width * vocabulary;
    double attention = 2.0 * layers * heads * headSize * tokens;
    return 2 * ((frozen ? 2 : 3) * perToken + 3 * attention) * batch * tokens;
  }
}
