package io.github.palimpsest.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

@Tag("native")
class HostTensorsTest {
  /** More than goes over in one piece, and no whole number of pieces. */
  private static final int MANY = (1 << 20) + 40_001;

  @Test
  void a_buffer_of_any_length_and_kind_becomes_a_tensor_of_its_values() {
    float[] values = new float[MANY + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 7f;
    }
    float[] expected = new float[MANY];
    System.arraycopy(values, 3, expected, 0, MANY);
    FloatBuffer direct = ByteBuffer.allocateDirect(4 * MANY).asFloatBuffer();
    direct.put(expected).flip();
    for (FloatBuffer buffer :
        new FloatBuffer[] {
          FloatBuffer.wrap(values, 3, MANY).slice().asReadOnlyBuffer(),
          FloatBuffer.wrap(values, 3, MANY),
          direct
        }) {
      try (TFloat32 tensor = HostTensors.of(buffer, Shape.of(MANY))) {
        assertThat(HostTensors.floats(tensor)).isEqualTo(expected);
      }
    }
  }

  @Test
  void a_matrix_becomes_a_tensor_with_columns_of_zeros() {
    int rows = 70_001; // more than one thread copies at a time
    FloatBuffer matrix = FloatBuffer.allocate(1 + 15 * rows);
    for (int i = 0; i < matrix.capacity(); i++) {
      matrix.put(i, i);
    }
    matrix.position(1);
    float[] expected = new float[17 * rows];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = i % 17 < 15 ? 1 + 15 * (i / 17) + i % 17 : 0;
    }
    try (TFloat32 tensor = HostTensors.padded(matrix, Shape.of(rows, 15), 2)) {
      assertThat(HostTensors.floats(tensor)).isEqualTo(expected);
    }
  }

  @Test
  void nothing_becomes_an_empty_tensor() {
    try (TFloat32 tensor = HostTensors.of(FloatBuffer.allocate(0), Shape.of(0, 3))) {
      assertThat(HostTensors.floats(tensor)).isEmpty();
    }
  }
}
