package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.SlotPlace;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.testing.QuadraticModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.op.linalg.MatMul;

/** Slots whose shapes and starts are declared, on a bowl {@code sum w^2 / 2}. */
@Tag("native")
class DeclaredSlotsTest {
  private static final Map<String, Shape> SHAPES = Map.of("w", Shape.of(2, 3), "v", Shape.of(2));
  private static final Map<String, float[]> START =
      Map.of("w", new float[] {1, -2, 3, 0.5f, 4, -1}, "v", new float[] {1, 2});

  /** The weights at the start of the task. */
  private static final Slot FIRST =
      Slot.of("first", p -> Optional.of(p.shape()))
          .startingAs(
              (p, w) -> {
                float[] values = new float[w.remaining()];
                w.get(values);
                return values;
              });

  /** {@code [m, m]} of a matrix, from twice the identity. */
  private static final Slot GRAM =
      Slot.of(
              "gram",
              p ->
                  p.shape().rank() == 2
                      ? Optional.of(Shape.of(p.shape().get(0), p.shape().get(0)))
                      : Optional.empty())
          .startingAs((p, w) -> new float[] {2, 0, 0, 2});

  /** {@code w = w - (w - first) / 2 - g / 10}; reads the slots from the second step on. */
  private record Returning(Slot first, Slot gram) implements Optimizer {
    @Override
    public List<Slot> slots() {
      return List.of(first, gram);
    }

    @Override
    public int phases() {
      return 2;
    }

    @Override
    public int phaseOf(int task, long step, long totalSteps) {
      return step == 0 ? 0 : 1;
    }

    @Override
    public Updates updates(StepContext c) {
      var tf = c.tf();
      Tensors g = c.oracle().gradient(c.params()).tensors();
      Tensors down = g.scale(tf, tf.constant(-0.1f));
      if (c.phase() == 0) {
        return new Updates(down);
      }
      Tensors sums =
          gram.old(c)
              .mapNamed(
                  (name, old) ->
                      tf.math.add(
                          old,
                          tf.linalg.matMul(g.get(name), g.get(name), MatMul.transposeB(true))));
      c.slots().next(gram.name(), sums);
      Tensors away = c.params().tensors().minus(tf, first.old(c));
      return new Updates(down.minus(tf, away.scale(tf, tf.constant(0.5f))));
    }
  }

  private static StepGraph open(Optimizer optimizer, SlotStorage storage) {
    Map<String, float[]> ones =
        Map.of("w", new float[] {1, 1, 1, 1, 1, 1}, "v", new float[] {1, 1});
    Map<String, float[]> zeros = Map.of("w", new float[6], "v", new float[2]);
    return StepGraph.firstTask(
        new QuadraticModel(SHAPES, ones, zeros),
        WeightSnapshot.of(SHAPES, START),
        Seats.of(optimizer),
        Training.epochs(1, 1).with(storage),
        3,
        Device.CPU);
  }

  private static void step(StepGraph graph, int step) {
    graph.step(List.of(QuadraticModel.example("1")), step, 3);
  }

  @Test
  void a_slot_starts_from_its_parameter_also_if_the_first_step_does_not_read_it() {
    try (StepGraph graph = open(new Returning(FIRST, GRAM), SlotStorage.DEFAULT)) {
      assertThat(graph.slots().shape("gram:w")).isEqualTo(Shape.of(2, 2));
      assertThat(graph.slots().names()).containsExactly("first:v", "first:w", "gram:w");
      assertThat(graph.slotFloats()).as("2 x 3 + 2 + 2 x 2").isEqualTo(12);
      step(graph, 0);
      assertThat(graph.slots().copy("first:w")).containsExactly(START.get("w"));
      assertThat(graph.slots().copy("gram:w")).containsExactly(2, 0, 0, 2);
      step(graph, 1);
      double[] g = new double[6];
      for (int i = 0; i < 6; i++) {
        float first = START.get("w")[i];
        g[i] = 0.9 * first;
        assertThat((double) graph.trainable().copy("w")[i])
            .as("0.9 w - (0.9 w - w) / 2 - 0.09 w")
            .isCloseTo(g[i] - (g[i] - first) / 2 - g[i] / 10, within(1e-6));
      }
      double first = 2 + g[0] * g[0] + g[1] * g[1] + g[2] * g[2];
      double mixed = g[0] * g[3] + g[1] * g[4] + g[2] * g[5];
      double second = 2 + g[3] * g[3] + g[4] * g[4] + g[5] * g[5];
      float[] gram = graph.slots().copy("gram:w");
      for (int i = 0; i < 4; i++) {
        double expected = i == 0 ? first : i == 3 ? second : mixed;
        assertThat((double) gram[i]).as("2 I + g g'").isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void a_restored_slot_has_the_values_of_the_checkpoint_and_not_its_start() {
    try (StepGraph graph = open(new Returning(FIRST, GRAM), SlotStorage.DEFAULT);
        StepGraph other = open(new Returning(FIRST, GRAM), SlotStorage.DEFAULT)) {
      step(graph, 0);
      step(graph, 1);
      other.restore(graph.trainable(), graph.slots());
      assertThat(other.slots().copy("gram:w")).containsExactly(graph.slots().copy("gram:w"));
      step(graph, 2);
      step(other, 2);
      assertThat(other.trainable().copy("w")).containsExactly(graph.trainable().copy("w"));
    }
  }

  @Test
  void in_bfloat16_it_starts_from_the_nearest_number_unless_it_must_not_be_rounded() {
    SlotStorage narrow = new SlotStorage(SlotType.BFLOAT16, SlotPlace.DEVICE);
    Slot third = Slot.of("first", p -> Optional.of(p.shape())).filledWith(1 / 3f);
    try (StepGraph graph = open(new Returning(FIRST, GRAM), narrow);
        StepGraph filled = open(new Returning(third, GRAM), narrow)) {
      assertThat(graph.slots().copy("first:w")).containsExactly(START.get("w"));
      assertThat(filled.slots().copy("first:v"))
          .as("1/3 to 8 binary digits")
          .containsExactly(171 / 512f, 171 / 512f);
    }
    assertThatThrownBy(() -> open(new Returning(FIRST, GRAM.onlyInFloat32()), narrow))
        .isInstanceOf(RuleViolationException.class)
        .hasMessage(
            "the optimizer keeps slot 'gram', which must not be rounded: it needs slots=float32,"
                + " not slots=bfloat16 (rule float32-slots)");
  }

  @Test
  void a_wrong_start_and_a_value_of_another_shape_are_refused_by_name() {
    Slot longer = GRAM.startingAs((p, w) -> new float[5]);
    assertThatThrownBy(() -> open(new Returning(FIRST, longer), SlotStorage.DEFAULT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "slot 'gram' of 'w' starts with 5 values, and its shape [2, 2] has 4 (rule OPT-29)");
    Slot infinite = GRAM.startingAs((p, w) -> new float[] {1, 0, 0, Float.POSITIVE_INFINITY});
    assertThatThrownBy(() -> open(new Returning(FIRST, infinite), SlotStorage.DEFAULT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("slot 'gram' of 'w' starts with Infinity");
    Optimizer wrong =
        c -> {
          Tensors g = c.oracle().gradient(c.params()).tensors();
          GRAM.old(c);
          c.slots().next("gram", Tensors.of(Map.of("w", g.get("w"))));
          return new Updates(g);
        };
    assertThatThrownBy(() -> open(wrong, SlotStorage.DEFAULT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("slot 'gram:w' has shape [2, 2] and is set to a value of shape [2, 3]");
  }
}
