package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.testing.LayeredModel;
import io.github.palimpsest.testing.Shift;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/**
 * A step on virtual devices: where its operations are, and that its numbers are those of one
 * device.
 */
@Tag("native")
class SeveralDevicesTest {
  private static final LayeredModel MODEL = new LayeredModel(3);
  private static final WeightSnapshot START = MODEL.initialWeights(new Random(5));
  private static final Device THREE = Device.parse("cpu:0-2");
  private static final String FISHER = "fisher";

  /** SAM around descent with momentum. */
  private static final Optimizer SAM =
      c -> {
        Ops tf = c.tf();
        Tensors g = c.oracle().gradient(c.params()).tensors();
        Operand<TFloat32> scale = tf.math.div(tf.constant(0.05f), g.norm(tf));
        Tensors up = c.params().tensors().plus(tf, g.scale(tf, scale));
        Tensors steep = c.oracle().gradient(Params.of(up)).tensors();
        Tensors m = c.slots().old("m", steep, 0).scale(tf, tf.constant(0.9f)).plus(tf, steep);
        c.slots().next("m", m);
        return new Updates(m.scale(tf, tf.constant(-0.1f)));
      };

  /** {@code sum fisher (w - anchor)^2}, with importances from the previous task. */
  private static final Regularizer ANCHORED =
      site ->
          new BoundRegularizer() {
            private final Tensors anchor = site.start();
            private final Tensors fisher = site.memory(FISHER);

            @Override
            public Operand<TFloat32> penalty(LossPoint point) {
              Ops tf = site.tf();
              Tensors moved = point.at().tensors().plus(tf, anchor.scale(tf, tf.constant(-1f)));
              return moved.dot(tf, moved.mapNamed((n, d) -> tf.math.mul(d, fisher.get(n))));
            }
          };

  private static Training training(int accumulation, Recompute recompute) {
    return new Training(1, 0, 4, accumulation, 0).with(recompute);
  }

  private static StepGraph graph(Device device, Training training, Optional<Adapter> adapter) {
    Seats seats = Seats.of(SAM).with("anchored", ANCHORED);
    if (adapter.isPresent()) {
      seats = seats.with(adapter.get());
    }
    TaskStart first = TaskStart.first(MODEL, START, seats, training, 7, device);
    TreeMap<String, WeightSnapshot> remembered = new TreeMap<>(Map.of(FISHER, first.trainable()));
    return new StepGraph(
        new TaskStart(
            MODEL,
            seats,
            training,
            7,
            1,
            device,
            first.base(),
            first.trainable(),
            first.trainable(),
            WeightSnapshot.empty(),
            new TreeMap<>(Map.of("anchored", remembered)),
            e -> 0,
            () -> 0),
        true);
  }

  private static int layer(String name) {
    int at = name.indexOf("layer");
    return at < 0 ? -1 : name.charAt(at + "layer".length()) - '0';
  }

  private static String cpu(int index) {
    return "/device:CPU:" + index;
  }

  /** Where a variable belongs, by its name. */
  private static String expected(String variable) {
    if (layer(variable) >= 0) {
      return cpu(layer(variable));
    }
    return cpu(variable.contains(LayeredModel.EMBEDDING) ? 0 : 2);
  }

  @ParameterizedTest
  @CsvSource({"1, NOTHING", "2, NOTHING", "1, LAYERS", "2, WIDE"})
  void every_operation_and_variable_of_a_layer_is_on_the_device_of_the_layer(
      int accumulation, Recompute recompute) {
    for (Optional<Adapter> adapter :
        Set.of(Optional.<Adapter>empty(), Optional.<Adapter>of(new Shift(true, 2)))) {
      try (StepGraph graph = graph(THREE, training(accumulation, recompute), adapter)) {
        Map<String, String> devices = new TreeMap<>();
        Set<String> kinds = new TreeSet<>();
        for (NodeDef node : graph.graph().toGraphDef().getNodeList()) {
          assertThat(node.getDevice()).as(node.getName()).isIn(cpu(0), cpu(1), cpu(2));
          devices.put(node.getName(), node.getDevice());
          if (node.getOp().equals("VarHandleOp")) {
            String variable = node.getAttrOrThrow("shared_name").getS().toStringUtf8();
            assertThat(node.getDevice()).as(variable).isEqualTo(expected(variable));
            kinds.add(variable.substring(0, variable.indexOf('/')));
          } else if (layer(node.getName()) >= 0) {
            assertThat(node.getDevice()).as(node.getName()).isEqualTo(cpu(layer(node.getName())));
          }
        }
        assertThat(kinds).contains("trainable", "slot", "before", "memory");
        assertThat(kinds.contains("sum")).isEqualTo(accumulation > 1);
        assertThat(kinds.contains("base")).isEqualTo(adapter.isPresent());
        for (NodeDef node : graph.graph().toGraphDef().getNodeList()) {
          if (node.getInputCount() > 0 && devices.containsKey(node.getInput(0))) {
            boolean uses = node.getOp().contains("Variable");
            assertThat(!uses || node.getDevice().equals(devices.get(node.getInput(0))))
                .as("device of " + node.getName())
                .isTrue();
          }
        }
      }
    }
  }

  @Test
  void a_pass_sends_a_tensor_once_between_two_devices_in_each_direction_and_the_tied_table() {
    Optimizer descent =
        c -> {
          Tensors g = c.oracle().gradient(c.params()).tensors();
          return new Updates(g.scale(c.tf(), c.tf().constant(-0.1f)));
        };
    try (StepGraph graph =
        StepGraph.firstTask(
            MODEL, START, Seats.of(descent), training(1, Recompute.NOTHING), 7, THREE)) {
      Set<String> sent = new TreeSet<>();
      for (Iterator<GraphOperation> all = graph.graph().operations(); all.hasNext(); ) {
        GraphOperation op = all.next();
        for (Operand<?> in : op.inputs()) {
          String from = ((GraphOperation) in.op()).device();
          boolean depends = !Set.of("Const", "Placeholder").contains(in.op().type());
          if (depends && in.shape().size() != 1 && !from.equals(op.device())) {
            sent.add(in.op().name() + " " + from.substring(8) + " " + op.device().substring(8));
          }
        }
      }
      assertThat(sent.stream().map(s -> s.substring(s.indexOf(' ') + 1)).sorted())
          .as("%s", sent)
          .containsExactly(
              "CPU:0 CPU:1",
              "CPU:0 CPU:2",
              "CPU:1 CPU:0",
              "CPU:1 CPU:2",
              "CPU:2 CPU:0",
              "CPU:2 CPU:1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cpu:0-1, 1, NOTHING, false",
    "'cpu:2,0,1', 1, NOTHING, false",
    "cpu:0-2, 2, NOTHING, true",
    "cpu:0-2, 1, LAYERS, false",
    "cpu:0-1, 2, ACTIVATIONS, true"
  })
  void the_numbers_are_those_of_one_device(
      String device, int accumulation, Recompute recompute, boolean adapted) {
    Training training = training(accumulation, recompute);
    Optional<Adapter> adapter =
        adapted ? Optional.of(new Shift(true, 2)) : Optional.<Adapter>empty();
    try (StepGraph one = graph(Device.CPU, training, adapter);
        StepGraph several = graph(Device.parse(device), training, adapter)) {
      for (int step = 0; step < 3; step++) {
        assertThat(several.step(LayeredModel.examples(4), step, 3))
            .isEqualTo(one.step(LayeredModel.examples(4), step, 3));
        assertThat(several.gradientNorm()).isEqualTo(one.gradientNorm()).isPresent();
      }
      assertThat(several.trainable().names()).isEqualTo(one.trainable().names());
      for (String name : one.trainable().names()) {
        assertThat(several.trainable().copy(name))
            .as(name)
            .containsExactly(one.trainable().copy(name));
      }
      for (String name : one.slots().names()) {
        assertThat(several.slots().copy(name)).as(name).containsExactly(one.slots().copy(name));
      }
    }
  }

  @Test
  void more_devices_than_layers_are_refused() {
    assertThatThrownBy(
            () -> graph(Device.parse("cpu:0-3"), training(1, Recompute.NOTHING), Optional.empty()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("a model of 3 layers takes 1 to 3 devices, not 4");
  }
}
