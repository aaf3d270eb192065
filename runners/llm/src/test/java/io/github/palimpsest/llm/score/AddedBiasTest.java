package io.github.palimpsest.llm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.decoder.Sampling;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.model.SmallDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A decoder with added biases is the decoder of the same family that has biases. */
@Tag("native")
class AddedBiasTest {
  private static final DecoderModel PLAIN =
      new DecoderModel(SmallDecoder.of(11, 8, 16, 2, 2, 1, 4, 16).initialDeviation(0.5).build());
  private static final DecoderModel BIASED =
      new DecoderModel(
          SmallDecoder.of(11, 8, 16, 2, 2, 1, 4, 16)
              .initialDeviation(0.5)
              .attention(
                  AttentionSpec.rotary(2, 4, Rope.of(10_000)).keyValueHeads(1).biased(true, true))
              .feedForward(FeedForwardSpec.gated(16, Activation.SILU).biased(true))
              .build());

  /** Weights of the decoder with biases of its own. */
  private static WeightSnapshot biased() {
    Random rng = new Random(5);
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : BIASED.parameters()) {
      float[] v = new float[Math.toIntExact(p.shape().size())];
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) (0.5 * rng.nextGaussian());
      }
      shapes.put(p.name(), p.shape());
      values.put(p.name(), v);
    }
    return WeightSnapshot.of(shapes, values);
  }

  /** The same weights of the other decoder, with its biases added to products. */
  private static WeightSnapshot added(WeightSnapshot biased) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : biased.names()) {
      String own =
          name.endsWith(".bias") ? AddedBias.name(name.replaceFirst("bias$", "weight")) : name;
      shapes.put(own, biased.shape(name));
      values.put(own, biased.copy(name));
    }
    return WeightSnapshot.of(shapes, values);
  }

  private static List<Example> examples() {
    SplittableRandom rng = new SplittableRandom(2);
    return IntStream.range(0, 6)
        .mapToObj(
            i -> {
              int length = 5 + i;
              int[] ids = rng.ints(length, 0, 11).toArray();
              float[] targets = new float[length];
              Arrays.fill(targets, 1, length, 1f);
              return new Example(
                  "e/" + i,
                  length,
                  new TreeMap<>(
                      Map.of(
                          "ids", new HostArray.Ints(ids, length),
                          "targets", new HostArray.Floats(targets, length))));
            })
        .toList();
  }

  @Test
  void every_kernel_of_the_layers_has_one() {
    assertThat(AddedBias.in(added(biased()), PLAIN.parameters()))
        .as("q, k, v, o, gate, up and down of two layers")
        .hasSize(14);
  }

  @Test
  void its_likelihoods_and_answers_are_those_of_biases_of_its_own() {
    WeightSnapshot biased = biased();
    WeightSnapshot added = added(biased);
    List<Example> examples = examples();
    try (ModelLogLikelihoods expected = new ModelLogLikelihoods(BIASED, biased, Device.CPU, 4);
        ModelLogLikelihoods actual = new ModelLogLikelihoods(PLAIN, added, Device.CPU, 4)) {
      for (int i = 0; i < examples.size(); i++) {
        assertThat(actual.of(examples).get(i).nats())
            .isCloseTo(expected.of(examples).get(i).nats(), within(1e-4));
        assertThat(actual.sharing().of(examples).get(i).nats())
            .isCloseTo(expected.of(examples).get(i).nats(), within(1e-4));
      }
    }
    try (Generator expected = new Generator(BIASED, biased, Device.CPU);
        Generator actual = new Generator(PLAIN, added, Device.CPU)) {
      assertThat(
              actual.generate(new int[] {1, 4, 7}, 8, id -> false, Sampling.GREEDY, new Random(0)))
          .containsExactly(
              expected.generate(
                  new int[] {1, 4, 7}, 8, id -> false, Sampling.GREEDY, new Random(0)));
    }
  }

  @Test
  void weights_with_other_biases_need_a_program_of_their_own() {
    WeightSnapshot added = added(biased());
    WeightSnapshot plain = PLAIN.initialWeights(new Random(1));
    try (ModelLogLikelihoods scorer = new ModelLogLikelihoods(PLAIN, added, Device.CPU, 4)) {
      assertThat(scorer.takes(added)).isTrue();
      assertThat(scorer.takes(plain)).isFalse();
      assertThatThrownBy(() -> scorer.load(plain))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("are not those of the programs");
    }
  }
}
