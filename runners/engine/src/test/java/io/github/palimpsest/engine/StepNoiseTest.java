package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.HostTensors;
import io.github.palimpsest.testing.QuadraticModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The normal numbers of a step: of an odd count, and many enough for their moments. */
@Tag("native")
class StepNoiseTest {
  private static final int SIDE = 301;
  private static final int[] ODD = {7, 43};
  private static final Map<String, Shape> SHAPES = Map.of("weight", Shape.of(SIDE, SIDE));
  private static final Map<String, float[]> ZEROS = Map.of("weight", new float[SIDE * SIDE]);

  /** What an optimizer that only adds noise makes of zeros, at one step. */
  private static float[] noise(long step, String stream) {
    Seats noisy = Seats.of(c -> new Updates(c.gaussian(stream, c.params().tensors())));
    try (StepGraph graph =
        StepGraph.firstTask(
            new QuadraticModel(SHAPES, ZEROS, ZEROS),
            WeightSnapshot.of(SHAPES, ZEROS),
            noisy,
            Training.epochs(1, 1),
            11,
            Device.CPU)) {
      graph.step(List.of(QuadraticModel.example("1")), step, 10);
      return graph.trainable().copy("weight");
    }
  }

  @Test
  void they_have_the_moments_of_a_standard_normal() {
    float[] z = noise(0, "a");
    double[] moments = new double[5];
    int beyondTwo = 0;
    double neighbours = 0;
    double halves = 0;
    for (int i = 0; i < z.length; i++) {
      for (int k = 1; k <= 4; k++) {
        moments[k] += Math.pow(z[i], k) / z.length;
      }
      beyondTwo += Math.abs(z[i]) > 2 ? 1 : 0;
      neighbours += z[i] * z[(i + 1) % z.length] / z.length;
      halves += z[i] * z[(i + z.length / 2 + 1) % z.length] / z.length;
    }
    // five standard deviations of each estimate: sqrt(Var / n)
    double n = z.length;
    assertThat(moments[1]).as("mean").isCloseTo(0, within(5 / Math.sqrt(n)));
    assertThat(moments[2]).as("variance").isCloseTo(1, within(5 * Math.sqrt(2 / n)));
    assertThat(moments[3]).as("third moment").isCloseTo(0, within(5 * Math.sqrt(15 / n)));
    assertThat(moments[4]).as("fourth moment").isCloseTo(3, within(5 * Math.sqrt(96 / n)));
    assertThat(beyondTwo / n)
        .as("share beyond 2")
        .isCloseTo(0.0455, within(5 * Math.sqrt(0.0455 * 0.9545 / n)));
    assertThat(neighbours).as("neighbours").isCloseTo(0, within(5 / Math.sqrt(n)));
    assertThat(halves).as("the two numbers of a pair").isCloseTo(0, within(5 / Math.sqrt(n)));
  }

  @Test
  void they_are_a_function_of_stream_and_step() {
    assertThat(noise(3, "a")).containsExactly(noise(3, "a"));
    assertThat(noise(3, "a")).isNotEqualTo(noise(4, "a"));
    assertThat(noise(3, "a")).isNotEqualTo(noise(3, "b"));
  }

  /** The kernel of the CPU that spreads 16 bits over a range has no counterpart on a GPU. */
  @Test
  void they_are_the_same_by_the_operations_that_a_gpu_has() {
    float[] cpu = graphed(Device.CPU);
    float[] gpu = graphed(Device.parse("gpu:0"));

    assertThat(gpu).hasSameSizeAs(cpu);
    for (int i = 0; i < cpu.length; i++) {
      assertThat(gpu[i]).isCloseTo(cpu[i], within(1e-4f));
    }
  }

  /** Numbers by the operations for a device, computed on the CPU. */
  private static float[] graphed(Device device) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      StepFeeds feeds = new StepFeeds(tf, 11, 0, device);
      Operand<TFloat32> z =
          feeds
              .gaussian("a", Tensors.of(Map.of("w", tf.zeros(tf.constant(ODD), TFloat32.class))))
              .get("w");
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner().fetch(z);
        List<Tensor> fed = feeds.feed(runner, 0, 10, 0, 1);
        try (Result result = runner.run()) {
          return HostTensors.floats(result.get(0));
        } finally {
          fed.forEach(Tensor::close);
        }
      }
    }
  }
}
