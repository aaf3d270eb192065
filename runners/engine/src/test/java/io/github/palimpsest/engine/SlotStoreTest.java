package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.FusedAdam;
import io.github.palimpsest.api.optimizer.Slots;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.QuadraticModel;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.op.Ops;

/** Slots of an optimizer whose state is the sum of all gradients: {@code s += g, w -= s / 10}. */
@Tag("native")
class SlotStoreTest {
  private static final Map<String, Shape> SHAPES = Map.of("w", Shape.of(2));
  private static final Map<String, float[]> CURVATURE = Map.of("w", new float[] {1, 4});
  private static final Map<String, float[]> TARGET = Map.of("w", new float[] {0, 0});
  private static final Map<String, float[]> START = Map.of("w", new float[] {3, -2});

  /** The weights and the slot after so many steps. */
  private static List<float[]> after(
      int steps, BiFunction<StepContext, Tensors, Tensors> sumOfGradients) {
    Seats strategy =
        Seats.of(
            c -> {
              Tensors s = sumOfGradients.apply(c, c.oracle().gradient(c.params()).tensors());
              return new Updates(s.scale(c.tf(), c.tf().constant(-0.1f)));
            });
    try (StepGraph graph =
        StepGraph.firstTask(
            new QuadraticModel(SHAPES, CURVATURE, TARGET),
            WeightSnapshot.of(SHAPES, START),
            strategy,
            Training.epochs(1, 1),
            1,
            Device.CPU)) {
      for (int step = 0; step < steps; step++) {
        graph.step(List.of(QuadraticModel.example("1")), step, steps);
      }
      return List.of(graph.trainable().copy("w"), graph.slots().copy("sum:w"));
    }
  }

  private static Tensors old(StepContext c) {
    return c.slots().old("sum", c.params().tensors(), 0);
  }

  private static Tensors set(StepContext c, Tensors g) {
    Tensors sum = old(c).plus(c.tf(), g);
    c.slots().next("sum", sum);
    return sum;
  }

  private static Tensors added(StepContext c, Tensors g) {
    return c.slots().add(c.tf(), "sum", old(c), g);
  }

  @Test
  void what_is_added_to_a_slot_is_what_setting_it_to_the_sum_gives() {
    List<float[]> set = after(3, SlotStoreTest::set);
    List<float[]> added = after(3, SlotStoreTest::added);

    assertThat(added.get(0)).as("weights").containsExactly(set.get(0));
    assertThat(added.get(1)).as("slot").containsExactly(set.get(1));
  }

  @Test
  void after_two_steps_a_slot_is_the_sum_of_two_gradients() {
    double[] w = {3, -2};
    double[] s = {0, 0};
    for (int step = 0; step < 2; step++) {
      for (int i = 0; i < 2; i++) {
        s[i] += CURVATURE.get("w")[i] * w[i];
        w[i] -= s[i] / 10;
      }
    }
    List<float[]> found = after(2, SlotStoreTest::added);
    for (int i = 0; i < 2; i++) {
      assertThat((double) found.get(0)[i]).as("weight %d", i).isCloseTo(w[i], within(1e-6));
      assertThat((double) found.get(1)[i]).as("slot %d", i).isCloseTo(s[i], within(1e-6));
    }
  }

  @Test
  void a_slot_is_set_once_a_step_and_only_after_it_was_read() {
    assertThatThrownBy(
            () ->
                after(
                    1,
                    (c, g) -> {
                      added(c, g);
                      return set(c, g);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("slot 'sum' of 'w' is set twice in one step");
    assertThatThrownBy(() -> after(1, (c, g) -> c.slots().add(c.tf(), "sum", g, g)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("slot 'sum' of 'w' is set but was never read");
  }

  /** {@code w <- w / 2 + move}, by a runner's own way or by the default of the interface. */
  private static List<float[]> byAdam(int steps, boolean byDefault) {
    return after(
        steps,
        (c, g) -> {
          Ops tf = c.tf();
          FusedAdam.Adam adam =
              FusedAdam.Adam.moving(tf.constant(2f), tf.constant(0.1f))
                  .decays(0.5f, 0.75f)
                  .slots("sum", "squares");
          Tensors from = c.params().tensors().scale(tf, tf.constant(5f));
          Slots slots = byDefault ? plain(c.slots()) : c.slots();
          return FusedAdam.of(slots).moved(tf, adam, from, g);
        });
  }

  private static Slots plain(Slots real) {
    return new Slots() {
      @Override
      public Tensors old(String slot, Tensors like, float fill) {
        return real.old(slot, like, fill);
      }

      @Override
      public void next(String slot, Tensors value) {
        real.next(slot, value);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_move_of_adam_s_is_by_its_equation(boolean byDefault) {
    double[] w = {3, -2};
    double[] m = {0, 0};
    double[] v = {0, 0};
    for (int step = 0; step < 3; step++) {
      for (int i = 0; i < 2; i++) {
        double g = CURVATURE.get("w")[i] * w[i];
        m[i] = 0.5 * m[i] + 0.5 * g;
        v[i] = 0.75 * v[i] + 0.25 * g * g;
        // after() scales by -1/10
        w[i] += -0.1 * (5 * w[i] - 2 * m[i] / (Math.sqrt(v[i]) + 0.1));
      }
    }
    List<float[]> found = byAdam(3, byDefault);
    for (int i = 0; i < 2; i++) {
      assertThat((double) found.get(0)[i]).as("weight %d", i).isCloseTo(w[i], within(2e-6));
      assertThat((double) found.get(1)[i]).as("mean %d", i).isCloseTo(m[i], within(2e-6));
    }
  }

  @Test
  void a_slot_of_adam_s_is_set_once_a_step() {
    assertThatThrownBy(
            () ->
                after(
                    1,
                    (c, g) -> {
                      FusedAdam.Adam adam =
                          FusedAdam.Adam.moving(c.tf().constant(1f), c.tf().constant(1f))
                              .slots("m", "sum");
                      added(c, g);
                      return FusedAdam.of(c.slots()).moved(c.tf(), adam, g, g);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("slot 'sum' of 'w' is set twice in one step");
  }

  /** The default of the interface, which a runner need not override. */
  @Test
  void by_default_a_sum_is_set() {
    List<float[]> found = after(2, (c, g) -> plain(c.slots()).add(c.tf(), "sum", old(c), g));
    assertThat(found.get(1)).containsExactly(after(2, SlotStoreTest::set).get(1));
  }
}
