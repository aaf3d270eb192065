package io.github.palimpsest.api.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightSnapshotBfloat16Test {
  /** Bfloat16 has eight bits of a fraction, with the leading one that is not written. */
  private static final float EXACT = 1 + 1 / 128f;

  private static final float BETWEEN = 1 + 1 / 256f;

  private final WeightSnapshot weights =
      WeightSnapshot.of(
          Map.of("exact", Shape.of(3), "between", Shape.of(3)),
          Map.of("exact", new float[] {0, -2, EXACT}, "between", new float[] {0, -2, BETWEEN}));

  @Test
  void a_tensor_is_of_bfloat16_if_all_its_values_are() {
    assertThat(weights.isBfloat16("exact")).isTrue();
    assertThat(weights.isBfloat16("between")).isFalse();
  }

  @Test
  void a_tensor_that_does_not_exist_is_named() {
    assertThatThrownBy(() -> weights.isBfloat16("absent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'absent'");
  }
}
