package io.github.palimpsest.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerLayoutTest {
  private static List<ParameterSpec> model(int embedding, int head, int... layers) {
    List<ParameterSpec> all = new ArrayList<>();
    all.add(new ParameterSpec("embedding", Shape.of(embedding, 1), Role.EMBEDDING));
    for (int l = 0; l < layers.length; l++) {
      all.add(new ParameterSpec("layers." + l + ".kernel", Shape.of(1, layers[l]), Role.KERNEL, l));
    }
    all.add(new ParameterSpec("norm", Shape.of(1), Role.NORM));
    all.add(new ParameterSpec("head", Shape.of(head, 1), Role.HEAD));
    return all;
  }

  @Test
  void the_largest_device_is_as_small_as_possible() {
    // 3+5, 5, 5, 5, 5+1+9: [8 5 5 | 5 15] has 20, [8 5 | 5 5 | 15] has 15
    List<ParameterSpec> model = model(3, 9, 5, 5, 5, 5, 5);
    LayerLayout two = LayerLayout.of(model, 2);
    assertThat(two.layers()).containsExactly("0-2", "3-4");
    assertThat(two.floats(model)).containsExactly(18L, 20L);
    LayerLayout three = LayerLayout.of(model, 3);
    assertThat(three.layers()).containsExactly("0-1", "2-3", "4");
    assertThat(three.floats(model)).containsExactly(13L, 10L, 15L);
    assertThat(three.counts()).containsExactly(2, 2, 1);
  }

  @Test
  void the_embedding_is_with_the_first_layer_and_norm_and_head_with_the_last() {
    List<ParameterSpec> model = model(100, 100, 1, 1, 1);
    LayerLayout layout = LayerLayout.of(model, 3);
    assertThat(model).extracting(layout::of).containsExactly(0, 0, 1, 2, 2, 2);
  }

  @Test
  void the_parameters_of_an_adapter_are_with_what_they_adapt() {
    LayerLayout layout = LayerLayout.of(model(1, 1, 1, 1), 2);
    assertThat(layout.of(new ParameterSpec("a", Shape.of(2), Role.ADAPTER, 1))).isEqualTo(1);
    assertThat(layout.of(new ParameterSpec("lora_A.head", Shape.of(2), Role.ADAPTER))).isEqualTo(1);
    assertThat(layout.of(new ParameterSpec("lora_A.embedding", Shape.of(2), Role.ADAPTER)))
        .isZero();
    assertThat(layout.of(new ParameterSpec("other", Shape.of(2), Role.ADAPTER))).isZero();
  }

  @Test
  void a_model_takes_a_device_for_each_layer_at_most() {
    assertThat(LayerLayout.of(model(1, 1, 1, 1), 2).layers()).containsExactly("0", "1");
    assertThat(LayerLayout.of(model(1, 1), 1).layers()).containsExactly("0");
    assertThatThrownBy(() -> LayerLayout.of(model(1, 1, 1, 1), 3))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("a model of 2 layers takes 1 to 2 devices, not 3");
  }

  @Test
  void more_devices_never_make_the_largest_one_larger() {
    List<ParameterSpec> model = model(32, 32, 7, 3, 9, 4, 8, 2, 6, 5);
    long before = Long.MAX_VALUE;
    for (int devices = 1; devices <= 8; devices++) {
      LayerLayout layout = LayerLayout.of(model, devices);
      long largest = layout.floats(model).stream().mapToLong(f -> f).max().orElseThrow();
      assertThat(largest).isLessThanOrEqualTo(before);
      assertThat(layout.floats(model).stream().mapToLong(f -> f).sum())
          .as("nothing is lost")
          .isEqualTo(32 + 32 + 1 + 7 + 3 + 9 + 4 + 8 + 2 + 6 + 5);
      assertThat(layout.counts()).allMatch(c -> c > 0);
      before = largest;
    }
  }
}
