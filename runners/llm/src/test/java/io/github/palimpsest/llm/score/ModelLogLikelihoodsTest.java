package io.github.palimpsest.llm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.model.SmallDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ModelLogLikelihoodsTest {
  private static final int VOCABULARY = 11;
  private final DecoderModel model =
      new DecoderModel(
          SmallDecoder.of(VOCABULARY, 8, 16, 1, 2, 1, 4, 16)
              .tiedHead(true)
              .initialDeviation(0.5)
              .build());
  private final WeightSnapshot weights = model.initialWeights(new SplittableRandom(1));

  @Test
  void givesTheSameOutcomesWhateverTheBatchesAndTheirOrder() {
    RandomGenerator rng = new SplittableRandom(2);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      examples.add(example(rng, "e/" + i, 2 + rng.nextInt(14)));
    }
    List<Example> backwards = new ArrayList<>(examples);
    Collections.reverse(backwards);
    try (ModelLogLikelihoods alone = scorer(1);
        ModelLogLikelihoods batched = scorer(4)) {
      List<LogLikelihoods.Outcome> expected = alone.of(examples);
      List<LogLikelihoods.Outcome> found = batched.of(examples);
      List<LogLikelihoods.Outcome> reversed = batched.of(backwards);
      for (int i = 0; i < examples.size(); i++) {
        LogLikelihoods.Outcome one = expected.get(i);
        assertThat(found.get(i).nats()).as("nats").isCloseTo(one.nats(), within(1e-4));
        assertThat(found.get(i).right()).as("right tokens").isEqualTo(one.right());
        assertThat(found.get(i).targets()).as("targets").isEqualTo(examples.get(i).tokens() - 1);
        assertThat(reversed.get(examples.size() - 1 - i).nats())
            .as("nats in reverse order")
            .isCloseTo(one.nats(), within(1e-4));
      }
    }
  }

  @Test
  void batchesThatAreComputedAtOnceHaveTheBitsOfEachAlone() {
    RandomGenerator rng = new SplittableRandom(5);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      examples.add(example(rng, "e/" + i, 16 - i / 5)); // the longest first, as batches are cut
    }
    try (ModelLogLikelihoods scorer = scorer(4)) {
      List<LogLikelihoods.Outcome> alone = new ArrayList<>();
      for (int from = 0; from < examples.size(); from += 4) {
        alone.addAll(scorer.of(examples.subList(from, from + 4)));
      }
      List<LogLikelihoods.Outcome> shared = scorer.sharing().of(examples);
      for (int again = 0; again < 5; again++) {
        assertThat(scorer.of(examples)).isEqualTo(alone);
        assertThat(scorer.sharing().of(examples)).isEqualTo(shared);
      }
    }
  }

  @Test
  void attentionInPartsOfTheBatchHasTheBitsOfTheWhole() {
    for (int keyValueHeads : new int[] {2, 4}) {
      DecoderModel wide =
          new DecoderModel(
              SmallDecoder.of(VOCABULARY, 32, 16, 2, 4, keyValueHeads, 8, 64)
                  .tiedHead(true)
                  .initialDeviation(0.5)
                  .build());
      WeightSnapshot random = wide.initialWeights(new SplittableRandom(6));
      RandomGenerator rng = new SplittableRandom(7);
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        examples.add(example(rng, "e/" + i, 2 + rng.nextInt(62)));
      }
      try (ModelLogLikelihoods whole = new ModelLogLikelihoods(wide, random, Device.CPU, 16);
          ModelLogLikelihoods inParts =
              new ModelLogLikelihoods(wide.attendingInParts(5), random, Device.CPU, 16)) {
        assertThat(inParts.of(examples))
            .as("parts of three and four examples, " + keyValueHeads + " heads of keys")
            .isEqualTo(whole.of(examples));
      }
    }
  }

  @Test
  void scoresThatLeaveTheCachesAreComputedInPartsWithTheSameOutcomes() {
    DecoderModel longer =
        new DecoderModel(
            SmallDecoder.of(VOCABULARY, 8, 16, 1, 2, 1, 4, 600)
                .tiedHead(true)
                .initialDeviation(0.5)
                .build());
    // 16 x 2 heads x 530 x 530 scores of 4 bytes are 36 MB, more than 2^25
    assertThat(16L * 2 * 530 * 530 * 4).isGreaterThan(1L << 25);
    WeightSnapshot random = longer.initialWeights(new SplittableRandom(8));
    RandomGenerator rng = new SplittableRandom(9);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      examples.add(example(rng, "e/" + i, 530));
    }
    try (ModelLogLikelihoods one = new ModelLogLikelihoods(longer, random, Device.CPU, 1);
        ModelLogLikelihoods all = new ModelLogLikelihoods(longer, random, Device.CPU, 16)) {
      List<LogLikelihoods.Outcome> expected = one.of(examples);
      List<LogLikelihoods.Outcome> found = all.of(examples);
      for (int i = 0; i < examples.size(); i++) {
        assertThat(found.get(i).nats()).isCloseTo(expected.get(i).nats(), within(1e-2));
        assertThat(found.get(i).targets()).isEqualTo(529);
      }
    }
  }

  @Test
  void asManyBatchesAreComputedAtOnceAsFitIntoAGigabyte() {
    // 3 x 2 heads x tokens scores and 2 x 11 logits of each token, 4 bytes each
    long bytes = 4L * (3 * 2 * 1000 + 2 * 11) * 16 * 1000;
    assertThat((1L << 30) / bytes).isEqualTo(2);
    assertThat(ModelLogLikelihoods.atOnce(model, 4, 16, 1000)).isEqualTo(2);
    assertThat(ModelLogLikelihoods.atOnce(model, 4, 16, 100)).isEqualTo(4);
    assertThat(ModelLogLikelihoods.atOnce(model, 4, 16, 10_000)).isEqualTo(1);
    assertThat(ModelLogLikelihoods.atOnce(model, 4, 0, 0)).isEqualTo(4);
  }

  @Test
  void loadsOtherWeights() {
    WeightSnapshot uniform =
        WeightSnapshot.computed(
            shapes(), name -> new float[Math.toIntExact(weights.shape(name).size())]);
    Example e = example(new SplittableRandom(3), "e/0", 5);
    try (ModelLogLikelihoods scorer = scorer(4)) {
      scorer.load(uniform);
      assertThat(scorer.of(List.of(e)).get(0).nats())
          .as("all weights 0: every token is one of eleven")
          .isCloseTo(4 * Math.log(VOCABULARY), within(1e-5));
    }
  }

  @Test
  void scoresATextOfManyTimesTheModelsPositionsToItsEnd() {
    WeightSnapshot uniform =
        WeightSnapshot.computed(
            shapes(), name -> new float[Math.toIntExact(weights.shape(name).size())]);
    Example whole = example(new SplittableRandom(4), "e/0", 100);
    try (ModelLogLikelihoods scorer = scorer(4)) {
      for (int stride : new int[] {16, 5, 1}) {
        scorer.load(uniform);
        TextScores scores = TextScores.of(scorer, List.of(new ScoredText(whole, 250, 17, stride)));
        assertThat(scores.bitsPerByte().value())
            .as("99 tokens of log2(11) bits each over 250 bytes, stride %d", stride)
            .isCloseTo(99 * Math.log(VOCABULARY) / Math.log(2) / 250, within(1e-5));
        assertThat(scores.natsPerToken().total()).as("tokens").isEqualTo(99);
      }
      scorer.load(weights);
      double first = scorer.of(new ScoredText(whole, 0, 17, 1).window(0)).get(0).nats();
      double fitting = scorer.of(List.of(cut(whole, 17))).get(0).nats();
      assertThat(first).as("the first window is what fits").isEqualTo(fitting);
    }
  }

  private static Example cut(Example e, int length) {
    int[] ids = Arrays.copyOf(((HostArray.Ints) e.fields().get("ids")).toArray(), length);
    float[] targets =
        Arrays.copyOf(((HostArray.Floats) e.fields().get("targets")).toArray(), length);
    return new Example(
        e.id(),
        length,
        new TreeMap<>(
            Map.of(
                "ids", new HostArray.Ints(ids, length),
                "targets", new HostArray.Floats(targets, length))));
  }

  @Test
  void refusesAnEmptyBatch() {
    assertThatThrownBy(() -> scorer(0))
        .as("batch size 0")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("at least 1, not 0");
  }

  private TreeMap<String, Shape> shapes() {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    weights.names().forEach(n -> shapes.put(n, weights.shape(n)));
    return shapes;
  }

  private ModelLogLikelihoods scorer(int batchSize) {
    return new ModelLogLikelihoods(model, weights, Device.CPU, batchSize);
  }

  private static Example example(RandomGenerator rng, String id, int length) {
    int[] ids = rng.ints(length, 0, VOCABULARY).toArray();
    float[] targets = new float[length];
    Arrays.fill(targets, 1, length, 1f);
    return new Example(
        id,
        length,
        new TreeMap<>(
            Map.of(
                "ids", new HostArray.Ints(ids, length),
                "targets", new HostArray.Floats(targets, length))));
  }
}
