package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.LayeredModel;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The memory of the variables of a step with accumulation. */
@Tag("native")
class StepVariablesTest {
  private static final LayeredModel MODEL = new LayeredModel(2);
  private static final WeightSnapshot START = MODEL.initialWeights(new Random(5));

  /**
   * SAM; with a share, a part of the first gradient is in the update too.
   *
   * @param third whether a third call is asked at a point that needs both gradients
   */
  private static Optimizer ascent(float share, boolean third) {
    return c -> {
      Ops tf = c.tf();
      Tensors g = c.oracle().gradient(c.params()).tensors();
      Params up = c.params().plus(tf, toNorm(tf, g));
      Tensors steep = c.oracle().gradient(up).tensors();
      if (third) {
        Params far = c.params().plus(tf, toNorm(tf, g.plus(tf, steep)));
        steep = c.oracle().gradient(far).tensors();
      }
      Tensors all = share == 0 ? steep : steep.plus(tf, g.scale(tf, tf.constant(share)));
      return new Updates(all.scale(tf, tf.constant(-0.1f)));
    };
  }

  private static Tensors toNorm(Ops tf, Tensors g) {
    Operand<TFloat32> scale = tf.math.div(tf.constant(0.05f), g.norm(tf));
    return g.scale(tf, scale);
  }

  private static StepGraph graph(Optimizer optimizer, int accumulation) {
    return StepGraph.firstTask(
        MODEL, START, Seats.of(optimizer), new Training(1, 0, 4, accumulation, 0), 7, Device.CPU);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "0.5, false", "0, true", "0.5, true"})
  void steps_in_micro_batches_are_those_of_the_whole_batch(float share, boolean third) {
    try (StepGraph whole = graph(ascent(share, third), 1);
        StepGraph cut = graph(ascent(share, third), 2)) {
      for (int step = 0; step < 3; step++) {
        double loss = whole.step(LayeredModel.examples(4), step, 3);
        assertThat(cut.step(LayeredModel.examples(4), step, 3)).isCloseTo(loss, within(1e-5));
      }
      for (String name : whole.trainable().names()) {
        assertThat(cut.trainable().copy(name))
            .as(name)
            .containsExactly(whole.trainable().copy(name), within(2e-6f));
      }
    }
  }

  /** The copies of the weights that exist at most, and what is given up before each call. */
  private static void assertHeld(Optimizer optimizer, int copies, List<Set<String>> freed) {
    long weights = START.names().stream().mapToLong(n -> START.shape(n).size()).sum();
    try (StepGraph graph = graph(optimizer, 2)) {
      assertThat(graph.accumulatedFloats(0)).isEqualTo(copies * weights);
      assertThat(
              graph.before(0).stream()
                  .map(b -> b.frees().stream().map(n -> n.replaceFirst("[01]:.*|w:.*", "")))
                  .map(names -> names.collect(Collectors.toSet()))
                  .toList())
          .isEqualTo(freed);
    }
    try (StepGraph graph = graph(optimizer, 1)) {
      assertThat(graph.accumulatedFloats(0)).isZero();
    }
  }

  @Test
  void the_gradient_of_an_ascent_is_given_up_when_its_point_is_stored() {
    assertHeld(ascent(0, false), 2, List.of(Set.of(), Set.of("gradient/0/0/")));
  }

  @Test
  void a_gradient_that_the_update_needs_stays() {
    assertHeld(ascent(0.5f, false), 3, List.of(Set.of(), Set.of()));
  }

  @Test
  void what_a_third_point_needs_stays_because_only_the_second_is_stored() {
    assertHeld(ascent(0, true), 4, List.of(Set.of(), Set.of(), Set.of()));
  }

  @Test
  void a_call_at_the_weights_stores_no_point() {
    Optimizer descent =
        c -> {
          Tensors g = c.oracle().gradient(c.params()).tensors();
          return new Updates(g.scale(c.tf(), c.tf().constant(-0.1f)));
        };
    assertHeld(descent, 1, List.of(Set.of()));
  }
}
