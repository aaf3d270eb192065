package io.github.palimpsest.llm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.llm.model.SmallDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class TokenLogProbabilitiesTest {
  private static final int VOCABULARY = 11;
  private final DecoderModel model =
      new DecoderModel(
          SmallDecoder.of(VOCABULARY, 8, 16, 1, 2, 1, 4, 16).initialDeviation(0.5).build());
  private final WeightSnapshot weights = model.initialWeights(new SplittableRandom(1));

  private List<TokenLogProbabilities.Predicted> of(int count, int[]... rows) {
    try (Inference inference = new Inference(model.parameters(), weights, Device.CPU)) {
      return new TokenLogProbabilities(model, inference).of(List.of(rows), count);
    }
  }

  @Test
  void the_sum_over_the_tokens_is_minus_the_loss_of_the_model() {
    int[] ids = {3, 1, 4, 1, 5, 9, 2};
    float[] targets = {0, 1, 1, 1, 1, 1, 1};
    Example example =
        new Example(
            "e",
            ids.length,
            new TreeMap<>(
                Map.of(
                    DecoderModel.IDS, new HostArray.Ints(ids, ids.length),
                    DecoderModel.TARGETS, new HostArray.Floats(targets, ids.length))));
    double nats;
    try (ModelLogLikelihoods scorer = new ModelLogLikelihoods(model, weights, Device.CPU, 1)) {
      nats = scorer.of(List.of(example)).get(0).nats();
    }
    // a shorter row beside it changes nothing but the last digits
    TokenLogProbabilities.Predicted found = of(1, new int[] {7, 7}, ids).get(1);
    assertThat(found.tokens()[0]).isZero();
    assertThat(-Arrays.stream(found.tokens()).sum()).isCloseTo(nats, within(1e-5));
  }

  @Test
  void the_probabilities_of_all_tokens_add_up_to_1_in_each_place() {
    int[] ids = {3, 1, 4};
    TokenLogProbabilities.Predicted found = of(VOCABULARY, ids).get(0);
    assertThat(found.topIds()[0]).isEmpty();
    for (int t = 1; t <= ids.length; t++) {
      assertThat(Arrays.stream(found.top()[t]).map(Math::exp).sum()).isCloseTo(1, within(1e-5));
      assertThat(Arrays.stream(found.topIds()[t]).sorted().toArray())
          .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
      for (int k = 1; k < VOCABULARY; k++) {
        assertThat(found.top()[t][k]).isLessThanOrEqualTo(found.top()[t][k - 1]);
      }
      if (t < ids.length) {
        int place = ids[t];
        int at = 0;
        while (found.topIds()[t][at] != place) {
          at++;
        }
        assertThat(found.tokens()[t]).as("one number in both lists").isEqualTo(found.top()[t][at]);
      }
    }
  }
}
