package io.github.palimpsest.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class ComputeTest {
  /** {@code 1 + 2^-9} is between two numbers of bfloat16, of which 1 is the nearer. */
  private static final float FINE = 1 + 1f / 512;

  private static float product(Compute compute, boolean transposed) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var w = tf.constant(new float[][] {{FINE}});
      DenseWeights weights = new DenseWeights(tf, Tensors.of(Map.of("w", w)), compute);
      var x = tf.constant(new float[][] {{4}});
      var y = transposed ? weights.matMulTransposed(x, "w") : weights.matMul(x, "w");
      try (var result = session.runner().fetch(y).run()) {
        return ((TFloat32) result.get(0)).getFloat(0, 0);
      }
    }
  }

  @Test
  void factors_are_rounded_for_products_and_for_nothing_else() {
    for (boolean transposed : new boolean[] {false, true}) {
      assertThat(product(Compute.FLOAT32, transposed)).as("float32").isEqualTo(4 * FINE);
      assertThat(product(Compute.BFLOAT16, transposed)).as("bfloat16").isEqualTo(4);
    }
  }

  @Test
  void words_are_read_and_half_precision_is_refused_with_the_reason() {
    assertThat(Compute.parse("float32")).isEqualTo(Compute.FLOAT32);
    assertThat(Compute.parse("bfloat16")).isEqualTo(Compute.BFLOAT16);
    assertThatThrownBy(() -> Compute.parse("fp16"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "compute 'fp16' is not supported: its range is too small for gradients; bfloat16 has"
                + " that of float32");
    assertThatThrownBy(() -> Compute.parse("bfloat"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("compute 'bfloat' is neither float32 nor bfloat16");
  }
}
