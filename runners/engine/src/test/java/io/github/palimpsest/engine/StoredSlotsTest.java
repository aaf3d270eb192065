package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.FusedAdam;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.SlotPlace;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.testing.LayeredModel;
import io.github.palimpsest.testing.QuadraticModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Slots in bfloat16, and slots on another device than their parameters. */
@Tag("native")
class StoredSlotsTest {
  private static final LayeredModel MODEL = new LayeredModel(3);
  private static final WeightSnapshot START = MODEL.initialWeights(new Random(5));
  private static final SlotStorage NARROW = SlotStorage.DEFAULT.with(SlotType.BFLOAT16);

  /** The distance of neighbours in bfloat16 as a share of the number, at most. */
  private static final double SPACING = 1.0 / 128;

  private static final int SIDE = 64;
  private static final Map<String, Shape> SHAPES = Map.of("weight", Shape.of(SIDE, SIDE));

  /** Adam, and a sum of gradients in a slot of its own that every step sets. */
  private static Optimizer adam(float rate) {
    return c -> {
      Ops tf = c.tf();
      Tensors g = c.oracle().gradient(c.params()).tensors();
      Tensors sum = c.slots().old("sum", g, 0.5f).plus(tf, g);
      c.slots().next("sum", sum);
      FusedAdam.Adam adam = FusedAdam.Adam.moving(tf.constant(rate), tf.constant(1e-6f));
      Tensors small = sum.scale(tf, tf.constant(-1e-3f * rate));
      return new Updates(FusedAdam.of(c.slots()).moved(tf, adam, small, g));
    };
  }

  private static StepGraph layered(Device device, int accumulation, SlotStorage slots) {
    return StepGraph.firstTask(
        MODEL,
        START,
        Seats.of(adam(0.01f)),
        new Training(1, 0, 4, accumulation, 0).with(slots),
        7,
        device);
  }

  private static void step(StepGraph graph, int step) {
    graph.step(LayeredModel.examples(4), step, 10);
  }

  private static float[] filled(double value) {
    float[] all = new float[SIDE * SIDE];
    Arrays.fill(all, (float) value);
    return all;
  }

  /** Gradients of 1.25 and more, in steps of 2^-16, at weights of 0. */
  private static StepGraph quadratic(float rate, SlotStorage slots) {
    float[] least = new float[SIDE * SIDE];
    for (int i = 0; i < least.length; i++) {
      least[i] = -(1.25f + i / 65536f);
    }
    return StepGraph.firstTask(
        new QuadraticModel(SHAPES, Map.of("weight", filled(1)), Map.of("weight", least)),
        WeightSnapshot.of(SHAPES, Map.of("weight", filled(0))),
        Seats.of(adam(rate)),
        Training.epochs(1, 1).with(slots),
        3,
        Device.CPU);
  }

  private static void quadraticStep(StepGraph graph, int step) {
    graph.step(List.of(QuadraticModel.example("1")), step, 100);
  }

  @Test
  void a_first_step_is_that_of_float32_and_its_slots_are_neighbours() {
    try (StepGraph wide = quadratic(0.01f, SlotStorage.DEFAULT);
        StepGraph narrow = quadratic(0.01f, NARROW)) {
      quadraticStep(wide, 0);
      quadraticStep(narrow, 0);
      assertThat(narrow.trainable().copy("weight"))
          .as("the step uses its own values before they are rounded")
          .containsExactly(wide.trainable().copy("weight"));
      for (String slot : wide.slots().names()) {
        float[] exact = wide.slots().copy(slot);
        float[] stored = narrow.slots().copy(slot);
        int different = 0;
        for (int i = 0; i < exact.length; i++) {
          assertThat(Float.floatToRawIntBits(stored[i]) & 0xffff).as("bfloat16").isZero();
          assertThat((double) stored[i]).isCloseTo(exact[i], within(SPACING * Math.abs(exact[i])));
          different += stored[i] == exact[i] ? 0 : 1;
        }
        assertThat(different).as("rounded in %s", slot).isGreaterThan(exact.length / 2);
      }
    }
  }

  @Test
  void a_second_step_is_that_of_float32_within_the_rounding() {
    double rate = 0.01;
    try (StepGraph wide = quadratic((float) rate, SlotStorage.DEFAULT);
        StepGraph narrow = quadratic((float) rate, NARROW)) {
      for (int step = 0; step < 2; step++) {
        quadraticStep(wide, step);
        quadraticStep(narrow, step);
      }
      float[] exact = wide.trainable().copy("weight");
      float[] found = narrow.trainable().copy("weight");
      // m / sqrt(v) after two steps of about equal gradients; m and v have relative errors of at
      // most the spacing times the share that the old value has in the new one: 0.9 / 1.9, 1 / 2
      double move = rate * (1 - 0.81) / Math.sqrt(1 - 0.998001);
      double bound = move * SPACING * (0.9 / 1.9 + 0.25) + rate * 1e-3 * SPACING * 2;
      for (int i = 0; i < exact.length; i++) {
        assertThat((double) found[i]).isCloseTo(exact[i], within(1.05 * bound));
      }
      assertThat(found).isNotEqualTo(exact);
    }
  }

  /** At v = 1 the mean square grows by a thousandth, an eighth of the distance of neighbours. */
  @Test
  void the_second_moment_does_not_stall() {
    int steps = 50;
    float[] least = filled(-Math.sqrt(2));
    try (StepGraph graph =
        StepGraph.firstTask(
            new QuadraticModel(SHAPES, Map.of("weight", filled(1)), Map.of("weight", least)),
            WeightSnapshot.of(SHAPES, Map.of("weight", filled(0))),
            Seats.of(adam(0)),
            Training.epochs(1, 1).with(NARROW),
            3,
            Device.CPU)) {
      TreeMap<String, float[]> slots = new TreeMap<>();
      graph.slots().names().forEach(name -> slots.put(name, filled(1)));
      TreeMap<String, Shape> shapes = new TreeMap<>();
      slots.keySet().forEach(name -> shapes.put(name, Shape.of(SIDE, SIDE)));
      graph.restore(graph.trainable(), WeightSnapshot.of(shapes, slots));
      float nearest = 1;
      for (int step = 0; step < steps; step++) {
        quadraticStep(graph, step);
        nearest = toNearest(nearest + 0.001f * (2 - nearest));
      }
      double mean = 0;
      for (float v : graph.slots().copy("v:weight")) {
        mean += v / (SIDE * SIDE);
      }
      double up = 0.001 * 128;
      double deviation = SPACING * Math.sqrt(steps * up * (1 - up)) / SIDE;
      // v = 2 - 0.999^t from v = 1 and g^2 = 2
      assertThat(mean).isCloseTo(2 - Math.pow(0.999, steps), within(5 * deviation));
      assertThat(nearest).as("by rounding to the nearest").isEqualTo(1);
    }
  }

  private static float toNearest(float x) {
    return Float.intBitsToFloat((Float.floatToRawIntBits(x) + 0x8000) & 0xffff0000);
  }

  @ParameterizedTest
  @CsvSource({"1, DEVICE", "2, DEVICE", "2, HOST"})
  void a_run_that_goes_on_from_stored_slots_has_the_same_bits(int accumulation, SlotPlace place) {
    Device device = Device.parse(place == SlotPlace.HOST ? "cpu:1-2" : "cpu");
    SlotStorage slots = NARROW.with(place);
    try (StepGraph whole = layered(device, accumulation, slots);
        StepGraph resumed = layered(device, accumulation, slots)) {
      step(whole, 0);
      step(whole, 1);
      resumed.restore(whole.trainable(), whole.slots());
      for (int step = 2; step < 4; step++) {
        step(whole, step);
        step(resumed, step);
      }
      assertSame(resumed.trainable(), whole.trainable());
      assertSame(resumed.slots(), whole.slots());
    }
  }

  private static void assertSame(WeightSnapshot found, WeightSnapshot expected) {
    assertThat(found.names()).isEqualTo(expected.names());
    for (String name : expected.names()) {
      assertThat(found.copy(name)).as(name).containsExactly(expected.copy(name));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cpu:1, 1, FLOAT32",
    "cpu:1-3, 2, FLOAT32",
    "cpu:0-1, 1, FLOAT32",
    "cpu:1, 2, BFLOAT16",
    "cpu:1-2, 1, BFLOAT16"
  })
  void slots_on_the_host_are_on_its_device_and_change_no_number(
      String name, int accumulation, SlotType type) {
    Device device = Device.parse(name);
    SlotStorage near = SlotStorage.DEFAULT.with(type);
    try (StepGraph with = layered(device, accumulation, near);
        StepGraph apart = layered(device, accumulation, near.with(SlotPlace.HOST))) {
      int slots = 0;
      for (NodeDef node : apart.graph().toGraphDef().getNodeList()) {
        if (node.getOp().equals("VarHandleOp")) {
          String variable = node.getAttrOrThrow("shared_name").getS().toStringUtf8();
          boolean slot = variable.startsWith("slot/");
          slots += slot ? 1 : 0;
          assertThat(node.getAttrOrThrow("dtype").getType())
              .as(variable)
              .isEqualTo(
                  slot && type == SlotType.BFLOAT16 ? DataType.DT_BFLOAT16 : DataType.DT_FLOAT);
          if (slot) {
            assertThat(node.getDevice()).as(variable).isEqualTo("/device:CPU:0");
          } else if (!name.contains("0")) {
            assertThat(node.getDevice()).as(variable).doesNotContain("CPU:0");
          }
        }
        if (!name.contains("0") && node.getOp().equals("ResourceApplyAdam")) {
          assertThat(node.getDevice()).as("the kernel").doesNotContain("CPU:0");
        }
      }
      assertThat(slots).as("sum, m and v of each parameter").isEqualTo(3 * 8);
      for (int step = 0; step < 3; step++) {
        step(with, step);
        step(apart, step);
      }
      assertSame(apart.trainable(), with.trainable());
      assertSame(apart.slots(), with.slots());
    }
  }

  @Test
  void a_slot_on_the_host_is_fetched_after_the_gradient() {
    try (StepGraph graph =
        layered(Device.parse("cpu:1"), 1, SlotStorage.DEFAULT.with(SlotPlace.HOST))) {
      int fetched = 0;
      for (NodeDef node : graph.graph().toGraphDef().getNodeList()) {
        boolean onHost = node.getDevice().equals("/device:CPU:0");
        if (onHost && node.getOp().equals("Identity")) {
          fetched++;
          assertThat(node.getInputList()).as(node.getName()).anyMatch(i -> i.startsWith("^"));
        }
      }
      assertThat(fetched).isEqualTo(3 * 8);
    }
  }

  @Test
  void the_host_of_a_cpu_saves_nothing_and_that_is_told() {
    SlotStorage host = SlotStorage.DEFAULT.with(SlotPlace.HOST);
    assertThat(host.notice(Device.CPU)).get().asString().contains("saves nothing", "'cpu'");
    assertThat(host.notice(Device.parse("gpu:0-1"))).isEmpty();
    assertThat(SlotStorage.DEFAULT.notice(Device.CPU)).isEmpty();
  }
}
