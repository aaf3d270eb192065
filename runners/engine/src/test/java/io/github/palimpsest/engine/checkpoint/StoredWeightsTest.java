package io.github.palimpsest.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredWeightsTest {
  @TempDir Path temp;

  @Test
  void the_weights_of_a_large_checkpoint_are_read_from_its_file_even_when_it_is_gone()
      throws IOException {
    float[] large = new float[1 << 22]; // 16 MB
    for (int i = 0; i < large.length; i++) {
      large[i] = i;
    }
    float[] small = {1.5f, -0f};
    Checkpoint written = new Checkpoint();
    written.numbers().put("step", 7L);
    written
        .weights()
        .put(
            "trainable",
            WeightSnapshot.computed(
                new TreeMap<>(Map.of("a", Shape.of(1 << 11, 1 << 11), "b", Shape.of(2))),
                Map.of("a", large, "b", small)::get));
    Path file = temp.resolve("task.checkpoint");
    written.write(file);
    Checkpoint read = Checkpoint.read(file);
    WeightSnapshot weights = read.weights("trainable");
    assertThat(weights).isInstanceOf(StoredWeights.class);
    Files.delete(file);
    assertThat(read.number("step")).isEqualTo(7);
    assertThat(weights.names()).containsExactly("a", "b");
    assertThat(weights.shape("a")).isEqualTo(Shape.of(1 << 11, 1 << 11));
    assertThat(weights.copy("a")).isEqualTo(large);
    assertThat(weights.copy("b")).isEqualTo(small);
    assertThat(weights.read("b").get(0)).isEqualTo(1.5f);
    assertThatThrownBy(() -> weights.read("c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'c'");
  }
}
