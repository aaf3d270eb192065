package io.github.palimpsest.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

@Tag("native")
class StochasticRoundingTest {
  private static final int MANY = 20_001;

  private static float[] rounded(float[] x, long key) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TBfloat16> rounded =
          StochasticRounding.of(tf, tf.constant(x), tf.constant(new long[] {key, 5}));
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(rounded).run()) {
        return HostTensors.floats(result.get(0));
      }
    }
  }

  private static float[] copies(float x) {
    float[] all = new float[MANY];
    Arrays.fill(all, x);
    return all;
  }

  private static float upper(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) & 0xffff0000);
  }

  /** The last is below 2, so its neighbours have different exponents. */
  @ParameterizedTest
  @ValueSource(floats = {1.001f, -1.001f, 3.14159f, -2.7e-12f, 6.1e20f, 1.9999f})
  void the_expectation_is_the_number_and_the_values_are_its_two_neighbours(float x) {
    double low = upper(x);
    double high = Float.intBitsToFloat(Float.floatToRawIntBits(upper(x)) + 0x10000);
    double p = (x - low) / (high - low);
    int up = 0;
    for (float found : rounded(copies(x), 1)) {
      assertThat((double) found).isIn(low, high);
      up += found == high ? 1 : 0;
    }
    assertThat(up / (double) MANY)
        .as("E = low + p (high - low)")
        .isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / MANY)));
  }

  @Test
  void numbers_of_bfloat16_and_infinities_stay() {
    float[] exact = {0, -0.0f, 1, -1.5f, upper(0.3f), Float.POSITIVE_INFINITY, -1e30f};
    exact[6] = upper(exact[6]);
    assertThat(rounded(exact, 3)).containsExactly(exact);
    assertThat(rounded(new float[] {Float.NaN}, 3)).containsExactly(Float.NaN);
  }

  @Test
  void the_key_decides_the_bits() {
    float[] x = copies(1.003f);
    assertThat(rounded(x, 1)).containsExactly(rounded(x, 1));
    assertThat(rounded(x, 1)).isNotEqualTo(rounded(x, 2));
  }

  @Test
  void bits_are_drawn_when_the_number_exists_and_not_before() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = tf.withName("number").constant(new float[] {1});
      StochasticRounding.of(tf, x, tf.constant(new long[] {1, 5}));
      List<NodeDef> draws =
          graph.toGraphDef().getNodeList().stream()
              .filter(node -> node.getOp().startsWith("StatelessRandom"))
              .toList();
      assertThat(draws).isNotEmpty();
      assertThat(draws)
          .allSatisfy(draw -> assertThat(draw.getInputList()).contains("^" + x.op().name()));
    }
  }
}
