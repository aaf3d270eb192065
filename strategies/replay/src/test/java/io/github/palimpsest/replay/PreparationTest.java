package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** FLOW, selective token masking and the curriculum, with losses written into the examples. */
class PreparationTest {
  /** An example whose losses and weights of predictions are its fields. */
  private static Example example(String id, float[] nats, float[] weights) {
    return new Example(
        id,
        nats.length,
        new TreeMap<>(
            Map.of(
                "nats", new HostArray.Floats(nats, nats.length),
                "weights", new HostArray.Floats(weights, weights.length))));
  }

  private static float[] field(Example e, String name) {
    return ((HostArray.Floats) e.fields().get(name)).toArray();
  }

  private static final FinishedModel MODEL =
      new SilentModel() {
        @Override
        public Losses losses(Example e) {
          return Losses.of(field(e, "nats"), field(e, "weights"));
        }

        @Override
        public Example reweighted(Example e, float[] factors) {
          float[] weights = field(e, "weights").clone();
          for (int row = 0; row < weights.length; row++) {
            weights[row] *= factors[row];
          }
          return example(e.id(), field(e, "nats"), weights);
        }
      };

  private static List<float[]> weights(Prepared.Preparation p, Example... examples) {
    TaskData prepared = p.of(TaskData.of(0, "t", List.of(examples)), MODEL);
    return prepared.examples().stream().map(e -> field(e, "weights")).toList();
  }

  private static List<Double> factors(TaskData prepared) {
    return prepared.examples().stream().map(e -> 1.0 + field(e, Flow.FACTOR)[0]).toList();
  }

  @Test
  void flow_weighs_by_the_mean_loss_over_the_median_of_the_task() {
    // mean losses 1, 2 (over the two that count) and 4: the median is 2
    TaskData task =
        TaskData.of(
            0,
            "t",
            List.of(
                example("a", new float[] {1}, new float[] {1}),
                example("b", new float[] {1, 3, 9}, new float[] {1, 1, 0}),
                example("c", new float[] {4}, new float[] {2})));
    TaskData prepared = new Flow(1).of(task, MODEL);
    List<Double> expected = List.of(Math.exp(-0.5), Math.exp(-1), Math.exp(-2));
    for (int i = 0; i < 3; i++) {
      assertThat(factors(prepared).get(i)).isCloseTo(expected.get(i), within(1e-7));
      assertThat(field(prepared.examples().get(i), "weights"))
          .as("the tokens are counted as before")
          .isEqualTo(field(task.examples().get(i), "weights"));
    }
    TaskData twice = new Flow(1).of(prepared, MODEL);
    assertThat(factors(twice).get(2)).as("one in another").isCloseTo(Math.exp(-4), within(1e-7));
  }

  @Test
  void flow_stays_finite_where_nothing_is_lost() {
    Example known = example("a", new float[] {0}, new float[] {1});
    TaskData task = TaskData.of(0, "t", List.of(known, known));
    assertThat(factors(new Flow(1).of(task, MODEL))).containsExactly(1.0, 1.0);
  }

  @Test
  void masking_leaves_out_tokens_of_a_perplexity_above_the_threshold() {
    // exp(0.9) = 2.46, exp(0.95) = 2.59
    assertThat(
            weights(
                    new SelectiveTokenMasking(2.5),
                    example("a", new float[] {0.9f, 0.95f, 0, 5}, new float[] {1, 1, 0, 2}))
                .get(0))
        .containsExactly(1, 0, 0, 0);
  }

  @Test
  void masking_leaves_the_easiest_token_of_an_example_that_is_all_surprise() {
    assertThat(
            weights(
                    new SelectiveTokenMasking(2.5),
                    example("a", new float[] {0, 7, 6, 8}, new float[] {0, 1, 1, 1}))
                .get(0))
        .as("the first does not count anyway")
        .containsExactly(0, 0, 1, 0);
  }

  @Test
  void a_curriculum_goes_part_by_part_from_low_to_high_losses() {
    List<Example> examples = new ArrayList<>();
    for (int i : new int[] {7, 2, 5, 0, 3, 6, 1, 4}) {
      examples.add(example("e" + i, new float[] {i}, new float[] {1}));
    }
    TaskData prepared = new Curriculum(2).of(TaskData.of(0, "t", examples), MODEL);
    for (int seed = 0; seed < 5; seed++) {
      List<String> order =
          prepared.shuffledBatches(3, new Random(seed)).stream()
              .flatMap(List::stream)
              .map(Example::id)
              .toList();
      assertThat(order.subList(0, 4)).containsExactlyInAnyOrder("e0", "e1", "e2", "e3");
      assertThat(order.subList(4, 8)).containsExactlyInAnyOrder("e4", "e5", "e6", "e7");
    }
    assertThat(prepared.shuffledBatches(8, new Random(1)))
        .isNotEqualTo(prepared.shuffledBatches(8, new Random(2)));
  }

  @Test
  void as_many_parts_as_examples_leave_nothing_to_chance() {
    List<Example> examples =
        IntStream.range(0, 5)
            .mapToObj(i -> example("e" + i, new float[] {(i * 3) % 5}, new float[] {1}))
            .toList();
    TaskData prepared = new Curriculum(5).of(TaskData.of(0, "t", examples), MODEL);
    assertThat(prepared.shuffledBatches(5, new Random(1)).get(0))
        .extracting(Example::id)
        .containsExactly("e0", "e2", "e4", "e1", "e3");
  }
}
