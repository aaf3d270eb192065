package io.github.palimpsest.llm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.family.FamiliesPlugin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Examples that share beginnings have the log-likelihoods that they have alone: in every family, so
 * with windows of 4 tokens, learned positions, two rotations, layers without any, and caps.
 */
@Tag("native")
class SharedBeginningsTest {
  static Stream<ModelFamilyProvider> families() {
    return new FamiliesPlugin().families().stream();
  }

  @ParameterizedTest
  @MethodSource("families")
  void shared_beginnings_change_no_log_likelihood(ModelFamilyProvider provider) throws IOException {
    FamilyConfig family = FamilyConfig.of(provider);
    check(family, (ObjectNode) new ObjectMapper().readTree(family.family().example()));
  }

  @Test
  void short_examples_rotate_as_alone_alongside_long_ones() throws IOException {
    FamilyConfig family =
        families()
            .filter(f -> f.modelType().equals("phi3"))
            .map(FamilyConfig::of)
            .findFirst()
            .orElseThrow();
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(family.family().example());
    config.put("original_max_position_embeddings", 20);
    ObjectNode scaling = config.putObject("rope_scaling").put("type", "longrope");
    scaling.putArray("short_factor").add(1.5);
    scaling.putArray("long_factor").add(3.0);
    check(family, config);
  }

  private static void check(FamilyConfig family, ObjectNode config) {
    config.put("initializer_range", 0.4); // far from uniform, so that each token counts
    DecoderModel model = new DecoderModel(family.read("config.json", config));
    WeightSnapshot weights = model.initialWeights(Streams.stream(5, "initial weights", 0, 0));
    List<Example> examples = examples(model.spec().vocabulary(), model.spec().positions());
    try (ModelLogLikelihoods alone = new ModelLogLikelihoods(model, weights, Device.CPU, 1)) {
      List<LogLikelihoods.Outcome> expected = alone.of(examples);
      List<LogLikelihoods.Outcome> shared = alone.sharing().of(examples);
      double lowest = Double.MAX_VALUE;
      double highest = 0;
      for (int i = 0; i < examples.size(); i++) {
        LogLikelihoods.Outcome e = expected.get(i);
        assertThat(shared.get(i).nats())
            .as("nats of %s", examples.get(i).id())
            .isCloseTo(e.nats(), within(1e-5 * Math.max(1, e.nats())));
        assertThat(shared.get(i).targets()).isEqualTo(e.targets());
        assertThat(shared.get(i).right()).isEqualTo(e.right());
        lowest = e.targets() == 0 ? lowest : Math.min(lowest, e.nats() / e.targets());
        highest = e.targets() == 0 ? highest : Math.max(highest, e.nats() / e.targets());
      }
      assertThat(highest).as("nats per token").isGreaterThan(lowest + 1);
      List<Example> backwards = new ArrayList<>(examples);
      Collections.reverse(backwards);
      List<LogLikelihoods.Outcome> others = new ArrayList<>(alone.sharing().of(backwards));
      Collections.reverse(others);
      assertThat(others).as("in whatever order").isEqualTo(shared);
      assertThatThrownBy(() -> alone.sharing().of(List.of(example("bad", new int[] {1, -1}, 1))))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("example 'bad' has token -1");
    }
  }

  /** Two questions, with a long beginning in common, and what else can be asked. */
  private static List<Example> examples(int vocabulary, int positions) {
    List<Example> all = new ArrayList<>();
    for (int question = 0; question < 2; question++) {
      int[] context = ids(12, vocabulary, 1);
      context[10 + question]++; // one has 10 tokens in common with the other
      for (int choice = 0; choice < 4; choice++) {
        all.add(continued(question + "." + choice, context, ids(choice + 1, vocabulary, choice)));
      }
    }
    all.add(continued("alone", ids(3, vocabulary, 9), ids(5, vocabulary, 8)));
    all.add(continued("beginning", ids(3, vocabulary, 9), ids(2, vocabulary, 8)));
    all.add(continued("again", ids(3, vocabulary, 9), ids(2, vocabulary, 8)));
    all.add(continued("no target", ids(4, vocabulary, 9), new int[0]));
    all.add(continued("short", ids(1, vocabulary, 6), ids(1, vocabulary, 5)));
    all.add(continued("text", ids(1, vocabulary, 4), ids(10, vocabulary, 3)));
    all.add(continued("long", ids(9, vocabulary, 1), ids(positions - 8, vocabulary, 3)));
    return all;
  }

  private static int[] ids(int length, int vocabulary, int seed) {
    return IntStream.range(0, length)
        .map(i -> (7 * i + 3 * seed + i * i * seed) % (vocabulary - 1))
        .toArray();
  }

  private static Example continued(String id, int[] context, int[] continuation) {
    int[] all = Arrays.copyOf(context, context.length + continuation.length);
    System.arraycopy(continuation, 0, all, context.length, continuation.length);
    return example(id, all, context.length);
  }

  private static Example example(String id, int[] ids, int from) {
    float[] targets = new float[ids.length];
    Arrays.fill(targets, from, ids.length, 1f);
    return new Example(
        id,
        ids.length,
        new TreeMap<>(
            Map.of(
                DecoderModel.IDS, new HostArray.Ints(ids, ids.length),
                DecoderModel.TARGETS, new HostArray.Floats(targets, ids.length))));
  }
}
