package io.github.palimpsest.llm.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenWeightsTest {
  @TempDir Path folder;

  @Test
  void weights_in_float32_and_bfloat16_are_read_as_the_numbers_beside_them() {
    JsonNode inputs = Golden.json("wiseft/interpolation.json").get("inputs");
    for (String point : new String[] {"theta0", "theta1"}) {
      SafetensorsFile whole = file(point);
      SafetensorsFile halves = file(point + "_bf16");
      for (Map.Entry<String, JsonNode> e : inputs.get(point).properties()) {
        float[] expected = Golden.floats(e.getValue());
        assertThat(whole.copy(e.getKey())).as(point + " " + e.getKey()).containsExactly(expected);
        float[] rounded = new float[expected.length];
        for (int i = 0; i < rounded.length; i++) {
          rounded[i] = bfloat16(expected[i]);
        }
        assertThat(halves.copy(e.getKey())).as(point + " " + e.getKey()).containsExactly(rounded);
      }
    }
  }

  /** The nearest value with the upper 16 bits of a float; of two, the even one. */
  private static float bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
  }

  private SafetensorsFile file(String name) {
    String file = name + ".safetensors";
    return SafetensorsFile.open(Golden.copy("wiseft/" + file, folder.resolve(file)));
  }
}
