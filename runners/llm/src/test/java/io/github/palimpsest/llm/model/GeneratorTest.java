package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.Generation;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.decoder.Sampling;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("native")
class GeneratorTest {
  private static final IntPredicate NEVER = token -> false;

  @TempDir Path temporary;

  static Stream<String> files() {
    return Golden.files("llama", ".json").stream();
  }

  private static RandomGenerator rng() {
    return Streams.stream(1, "generate", 0, 0);
  }

  @ParameterizedTest
  @MethodSource("files")
  void generationWithACacheEqualsTheArgmaxOfWholeForwardPasses(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    int[] prompt = ids(golden, 0);
    int[] expected = Arrays.copyOf(prompt, prompt.length + 12);
    for (int n = prompt.length; n < expected.length; n++) {
      int[] so = Arrays.copyOf(expected, n);
      HostArray logits =
          GoldenModel.forward(
                  golden.model(),
                  golden.directory().weights(),
                  List.of(GoldenModel.example("so far", so, new float[n])))
              .get("logits");
      expected[n] = argmaxOfLast(GoldenModel.floats(logits), (int) logits.shape()[2]);
    }
    try (Generator generator =
        new Generator(golden.model(), golden.directory().weights(), Device.CPU)) {
      assertThat(generator.generate(prompt, 12, NEVER, Sampling.GREEDY, rng()))
          .as("new tokens")
          .containsExactly(Arrays.copyOfRange(expected, prompt.length, expected.length));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void rowsOfUnequalLengthAreContinuedAsIfEachWereAlone(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    List<int[]> prompts = List.of(ids(golden, 0), ids(golden, 1), new int[] {3});
    try (Generator generator =
        new Generator(golden.model(), golden.directory().weights(), Device.CPU)) {
      List<int[]> together = generator.generate(prompts, 10, NEVER, Sampling.GREEDY, rng());
      for (int row = 0; row < prompts.size(); row++) {
        assertThat(together.get(row))
            .as("row " + row)
            .containsExactly(
                generator.generate(prompts.get(row), 10, NEVER, Sampling.GREEDY, rng()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void a_sequence_that_joins_others_is_continued_as_if_it_were_alone(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    // the first ends before the long one joins, and the short one joins last
    List<int[]> prompts = List.of(ids(golden, 0), new int[] {3}, ids(golden, 1), new int[] {5, 4});
    int[] most = {3, 12, 9, 6};
    List<List<Integer>> found = prompts.stream().map(p -> newList()).toList();
    try (Generator generator =
        new Generator(golden.model(), golden.directory().weights(), Device.CPU)) {
      Generator.Chooser greedy =
          (row, logits, from) -> {
            found
                .get(row)
                .add(
                    Sampling.GREEDY.choose(
                        logits, from, golden.model().spec().vocabulary(), rng()));
            int last = found.get(row).get(found.get(row).size() - 1);
            return found.get(row).size() < most[row] ? last : Generator.Chooser.END;
          };
      try (Generation generation = generator.open()) {
        generation.step(greedy); // nobody is there yet
        generation.add(prompts.subList(0, 2), greedy);
        for (int step = 0; step < 4; step++) {
          generation.step(greedy);
        }
        assertThat(generation.size()).as("the first has ended").isEqualTo(1);
        generation.add(prompts.subList(2, 3), greedy);
        generation.step(greedy);
        assertThat(generation.joined()).isEqualTo(3);
        generation.add(prompts.subList(3, 4), greedy);
        while (generation.size() > 0) {
          generation.step(greedy);
        }
      }
      for (int row = 0; row < prompts.size(); row++) {
        int[] alone =
            generator.generate(prompts.get(row), most[row], NEVER, Sampling.GREEDY, rng());
        assertThat(found.get(row).stream().mapToInt(i -> i))
            .as("row " + row)
            .containsExactly(Arrays.stream(alone).boxed().toArray(Integer[]::new));
      }
    }
  }

  private static List<Integer> newList() {
    return new ArrayList<>();
  }

  @Test
  void generationStopsBeforeAnEndTokenAndAtTheLastPosition() {
    GoldenModel golden = GoldenModel.copied("llama/model_a.json", temporary);
    try (Generator generator =
        new Generator(golden.model(), golden.directory().weights(), Device.CPU)) {
      int[] prompt = ids(golden, 0);
      int[] free = generator.generate(prompt, 6, NEVER, Sampling.GREEDY, rng());
      int[] ended =
          generator.generate(prompt, 6, token -> token == free[3], Sampling.GREEDY, rng());
      int first = 0;
      while (free[first] != free[3]) {
        first++;
      }
      assertThat(ended).as("up to the end token").containsExactly(Arrays.copyOf(free, first));

      int room = golden.model().spec().positions() - prompt.length;
      assertThat(generator.generate(prompt, 1000, NEVER, Sampling.GREEDY, rng()))
          .as("all positions")
          .hasSize(room);
      assertThat(generator.generate(prompt, 0, NEVER, Sampling.GREEDY, rng())).isEmpty();
    }
  }

  @Test
  void theSameStreamDrawsTheSameTokens() {
    GoldenModel golden = GoldenModel.copied("llama/model_a.json", temporary);
    Sampling warm = new Sampling(1.5, 50, 0.95);
    try (Generator generator =
        new Generator(golden.model(), golden.directory().weights(), Device.CPU)) {
      int[] once = generator.generate(ids(golden, 0), 20, NEVER, warm, rng());
      assertThat(generator.generate(ids(golden, 0), 20, NEVER, warm, rng()))
          .as("same stream")
          .containsExactly(once);
      assertThat(
              generator.generate(
                  ids(golden, 0), 20, NEVER, warm, Streams.stream(2, "generate", 0, 0)))
          .as("another stream")
          .isNotEqualTo(once);
    }
  }

  @Test
  void aPromptOutsideTheModelIsRefused() {
    GoldenModel golden = GoldenModel.copied("llama/model_a.json", temporary);
    JsonNode config =
        Golden.json(
            Golden.json("llama/model_a.json").at("/hyper/model_dir").asText() + "/config.json");
    int vocabulary = config.get("vocab_size").asInt();
    int positions = config.get("max_position_embeddings").asInt();
    try (Generator generator =
        new Generator(golden.model(), golden.directory().weights(), Device.CPU)) {
      assertThatThrownBy(() -> generator.generate(new int[0], 1, NEVER, Sampling.GREEDY, rng()))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage("a prompt has 0 tokens; the model takes 1 to " + positions);
      assertThatThrownBy(
              () -> generator.generate(new int[] {vocabulary}, 1, NEVER, Sampling.GREEDY, rng()))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "a prompt has token " + vocabulary + ", outside the vocabulary of " + vocabulary);
    }
  }

  private static int[] ids(GoldenModel golden, int row) {
    return ((HostArray.Ints) golden.examples().get(row).fields().get(DecoderModel.IDS)).toArray();
  }

  private static int argmaxOfLast(float[] logits, int vocabulary) {
    int best = logits.length - vocabulary;
    for (int i = best; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best - (logits.length - vocabulary);
  }
}
