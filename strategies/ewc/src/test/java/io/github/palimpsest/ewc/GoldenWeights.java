package io.github.palimpsest.ewc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.testing.Golden;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors by name in golden files. */
final class GoldenWeights {
  private GoldenWeights() {}

  /** An object of tensors, or of plain arrays as vectors. */
  static WeightSnapshot read(JsonNode byName) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, float[]> values = new LinkedHashMap<>();
    byName
        .properties()
        .forEach(
            e -> {
              float[] v = Golden.floats(e.getValue());
              shapes.put(
                  e.getKey(),
                  e.getValue().isArray() ? Shape.of(v.length) : Golden.shape(e.getValue()));
              values.put(e.getKey(), v);
            });
    return WeightSnapshot.of(shapes, values);
  }

  static WeightSnapshot vector(String name, double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return WeightSnapshot.of(Map.of(name, Shape.of(values.length)), Map.of(name, floats));
  }

  static void assertClose(
      String what, WeightSnapshot actual, WeightSnapshot expected, JsonNode tolerance) {
    assertThat(actual.names()).as("%s: names", what).isEqualTo(expected.names());
    for (String name : expected.names()) {
      float[] a = actual.copy(name);
      float[] e = expected.copy(name);
      for (int i = 0; i < e.length; i++) {
        assertClose(what + " " + name + "[" + i + "]", a[i], e[i], tolerance);
      }
    }
  }

  static void assertClose(String what, double actual, double expected, JsonNode tolerance) {
    assertThat(actual)
        .as(what)
        .isCloseTo(
            expected,
            within(
                tolerance.get("atol").asDouble()
                    + tolerance.get("rtol").asDouble() * Math.abs(expected)));
  }
}
