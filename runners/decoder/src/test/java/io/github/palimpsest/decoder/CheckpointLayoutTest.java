package io.github.palimpsest.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

/** A checkpoint with a kernel {@code [out, in] = [3, 2]} and a table, which is never transposed. */
class CheckpointLayoutTest {
  private static final WeightSnapshot STORED =
      WeightSnapshot.of(
          Map.of("kernel", Shape.of(3, 2), "table", Shape.of(2, 2)),
          Map.of("kernel", new float[] {1, 2, 3, 4, 5, 6}, "table", new float[] {7, 8, 9, 10}));

  private static final List<ParameterSpec> PARAMETERS =
      List.of(
          new ParameterSpec("kernel", Shape.of(2, 3), ParameterSpec.Role.KERNEL),
          new ParameterSpec("table", Shape.of(2, 2), ParameterSpec.Role.EMBEDDING));

  @Test
  void kernels_are_transposed_and_other_tensors_are_not() {
    WeightSnapshot turned = new CheckpointLayout(false).turned(PARAMETERS, STORED);
    assertThat(turned.names()).containsExactly("kernel", "table");
    assertThat(turned.shape("kernel")).isEqualTo(Shape.of(2, 3));
    assertThat(turned.copy("kernel")).containsExactly(1, 3, 5, 2, 4, 6);
    assertThat(turned.copy("table")).containsExactly(7, 8, 9, 10);
    assertThat(new CheckpointLayout(true).turned(PARAMETERS, STORED).copy("kernel"))
        .containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void only_the_asked_parameters_are_there() {
    WeightSnapshot turned = new CheckpointLayout(false).turned(List.of(PARAMETERS.get(0)), STORED);
    assertThat(turned.names()).containsExactly("kernel");
    assertThatThrownBy(() -> turned.read("table"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no tensor 'table' among [kernel]");
  }

  /** Knows what its values are, and cannot be read. */
  private record Known(boolean isBfloat16) implements WeightSnapshot {
    @Override
    public SortedSet<String> names() {
      return STORED.names();
    }

    @Override
    public Shape shape(String name) {
      return STORED.shape(name);
    }

    @Override
    public FloatBuffer read(String name) {
      throw new AssertionError("'" + name + "' is read");
    }

    @Override
    public boolean isBfloat16(String name) {
      return isBfloat16;
    }
  }

  @Test
  void what_the_checkpoint_knows_of_its_values_is_asked_of_it_and_nothing_is_read() {
    for (boolean known : new boolean[] {true, false}) {
      WeightSnapshot turned = new CheckpointLayout(false).turned(PARAMETERS, new Known(known));
      assertThat(turned.isBfloat16("kernel")).isEqualTo(known);
      assertThat(turned.isBfloat16("table")).isEqualTo(known);
    }
  }
}
