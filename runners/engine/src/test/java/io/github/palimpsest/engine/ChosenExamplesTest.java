package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.RowModel;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Questions about some of a step's examples (CON-16), against sums worked out here. */
@Tag("native")
final class ChosenExamplesTest {
  private static final Set<Term> ALL = EnumSet.allOf(Term.class);

  /** Losses {@code weight (w . x - y)^2} of seven examples with one feature that counts. */
  private static final float[] X = {1, 2, -1, 3, 0.5f, -2, 1.5f};

  private static final float[] Y = {0, 1, 1, -1, 2, 0.5f, -0.5f};
  private static final float[] TOKENS = {1, 2, 3, 1, 4, 2, 1};
  private static final double W = 0.4;

  @Test
  void parts_are_every_nth_example_and_shares_are_spread_evenly() {
    assertThat(held(Examples.ALL.part(1, 3), 8)).as("part 1 of 3").containsExactly(1, 4, 7);
    assertThat(held(Examples.ALL.share(0.25), 9)).as("a quarter").containsExactly(0, 4, 8);
    assertThat(held(Examples.ALL.share(0.4), 10)).as("two fifths").containsExactly(0, 2, 5, 7);
    assertThat(held(Examples.ALL.part(1, 2).part(1, 2), 9))
        .as("part of a part")
        .containsExactly(3, 7);
    assertThat(held(Examples.ALL.part(1, 2).share(0.5), 8)).as("half a part").containsExactly(1, 5);
    assertThat(held(Examples.ALL.share(0.01), 3)).as("at least one").containsExactly(0);
  }

  private static int[] held(Examples of, int n) {
    return IntStream.range(0, n).filter(((Examples.Places) of)::hold).toArray();
  }

  @TestFactory
  List<DynamicTest> a_part_is_answered_with_its_own_mean_and_its_share_of_the_tokens() {
    return cuts(
        micro -> {
          int[] rows = {1, 3, 5};
          double tokens = 2 + 1 + 2;
          float[] got = ask(micro, (c, w) -> c.oracle().at(w, ALL, Examples.ALL.part(1, 2)));
          assertThat((double) got[0])
              .as("gradient of the mean of examples 1, 3 and 5")
              .isCloseTo(gradient(rows, W) / tokens, within(1e-5));
          assertThat((double) got[1]).as("share").isCloseTo(tokens / 14, within(1e-6));
        });
  }

  @TestFactory
  List<DynamicTest> shares_times_gradients_of_all_parts_are_the_whole_gradient() {
    return cuts(
        micro -> {
          float[] got =
              ask(
                  micro,
                  (c, w) -> {
                    // more parts than examples: two are empty
                    Tensors sum = c.params().tensors().scale(c.tf(), c.tf().constant(0f));
                    Evaluated part = null;
                    for (int i = 0; i < 9; i++) {
                      part = c.oracle().at(w, ALL, Examples.ALL.part(i, 9));
                      sum =
                          sum.plus(c.tf(), part.gradients().tensors().scale(c.tf(), part.share()));
                    }
                    return part.with(sum);
                  });
          assertThat((double) got[0])
              .as("the gradient of the whole")
              .isCloseTo(gradient(IntStream.range(0, 7).toArray(), W) / 14, within(1e-5));
          assertThat(got[1]).as("share of an empty part").isZero();
        });
  }

  @TestFactory
  List<DynamicTest> the_steepest_are_found_over_the_whole_step() {
    double to = W + 0.3;
    double[] rise = IntStream.range(0, 7).mapToDouble(i -> loss(i, to) - loss(i, W)).toArray();
    int[] rows =
        IntStream.range(0, 7)
            .boxed()
            .sorted((a, b) -> Double.compare(rise[b], rise[a]))
            .mapToInt(i -> i)
            .limit(3) // ceil(0.4 * 7)
            .toArray();
    double tokens = IntStream.of(rows).mapToDouble(i -> TOKENS[i]).sum();
    return cuts(
        micro -> {
          float[] got =
              ask(
                  micro,
                  (c, w) -> {
                    Params up =
                        Params.of(w.tensors().map(x -> c.tf().math.add(x, c.tf().constant(0.3f))));
                    c.oracle().at(w, ALL);
                    return c.oracle().at(up, ALL, Examples.ALL.rising(0.4, w, up));
                  });
          assertThat((double) got[0])
              .as("gradient of the mean of the three steepest at w + 0.3")
              .isCloseTo(gradient(rows, to) / tokens, within(1e-5));
          assertThat((double) got[1]).as("share").isCloseTo(tokens / 14, within(1e-6));
        });
  }

  @TestFactory
  List<DynamicTest> the_steepest_of_a_part_are_sought_in_that_part() {
    double to = W + 0.3;
    int[] part = {0, 2, 4, 6};
    int row =
        IntStream.of(part)
            .boxed()
            .max((a, b) -> Double.compare(loss(a, to) - loss(a, W), loss(b, to) - loss(b, W)))
            .orElseThrow();
    return cuts(
        micro -> {
          float[] got =
              ask(
                  micro,
                  (c, w) -> {
                    Params up =
                        Params.of(w.tensors().map(x -> c.tf().math.add(x, c.tf().constant(0.3f))));
                    return c.oracle().at(up, ALL, Examples.ALL.part(0, 2).rising(0.25, w, up));
                  });
          assertThat((double) got[0])
              .as("gradient of example " + row)
              .isCloseTo(gradient(new int[] {row}, to) / TOKENS[row], within(1e-5));
        });
  }

  @Test
  void passes_count_the_share_of_the_examples_and_a_forward_pass_to_find_them() {
    Params w = Params.of(Tensors.of(Map.of()));
    assertThat(Examples.ALL.passes()).isEqualTo(1);
    assertThat(Examples.ALL.part(2, 4).passes()).isEqualTo(0.25);
    assertThat(Examples.ALL.share(0.3).passes()).isEqualTo(0.3);
    assertThat(Examples.ALL.rising(0.5, w, w).passes()).isCloseTo(0.5 + 1 / 3.0, within(1e-12));
  }

  private interface Check {
    void of(int accumulation);
  }

  private static List<DynamicTest> cuts(Check check) {
    return IntStream.of(1, 2, 5, 7)
        .mapToObj(k -> DynamicTest.dynamicTest(k + " micro-batches", () -> check.of(k)))
        .toList();
  }

  private static double loss(int i, double w) {
    return Math.pow(w * X[i] - Y[i], 2);
  }

  /** Of the sum over rows of {@code tokens (w x - y)^2}. */
  private static double gradient(int[] rows, double w) {
    return IntStream.of(rows).mapToDouble(i -> TOKENS[i] * 2 * X[i] * (w * X[i] - Y[i])).sum();
  }

  /** The first weight's gradient and the share that an oracle answers with. */
  private static float[] ask(
      int accumulation, BiFunction<StepContext, Params, Evaluated> question) {
    Optimizer asks =
        c -> {
          Evaluated answer = question.apply(c, c.params());
          c.slots().old("share", c.params().tensors(), 0);
          c.slots()
              .next(
                  "share",
                  c.params()
                      .tensors()
                      .map(x -> c.tf().math.add(c.tf().zerosLike(x), answer.share())));
          return new Updates(answer.gradients().tensors());
        };
    RowModel model = new RowModel(X, Y, TOKENS);
    WeightSnapshot start =
        WeightSnapshot.of(Map.of("w", Shape.of(1)), Map.of("w", new float[] {(float) W}));
    try (StepGraph graph =
        StepGraph.firstTask(
            model,
            start,
            Seats.of(asks),
            new Training(1, 0, X.length, accumulation, 0),
            1,
            Device.CPU)) {
      List<Example> batch = model.examples();
      graph.step(batch, 0, 1);
      float moved = graph.trainable().copy("w")[0] - start.copy("w")[0];
      WeightSnapshot slots = graph.slots();
      return new float[] {moved, slots.copy(slots.names().first())[0]};
    }
  }
}
