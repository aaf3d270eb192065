package com.acme.granite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import io.github.palimpsest.llm.score.Logits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The logits of a model with random weights are those of transformers. */
class GraniteGoldenTest {
  private final ObjectMapper json = new ObjectMapper();
  @TempDir Path folder;

  @Test
  void logits_equal_those_of_transformers() throws IOException {
    JsonNode golden = json.readTree(getClass().getResourceAsStream("/granite.json"));
    Files.writeString(folder.resolve("config.json"), golden.get("config").toString());
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> weight : golden.get("weights").properties()) {
      shapes.put(
          weight.getKey(),
          Shape.of(json.convertValue(weight.getValue().get("shape"), long[].class)));
      values.put(
          weight.getKey(), json.convertValue(weight.getValue().get("data"), float[].class));
    }
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"), WeightSnapshot.of(shapes, values));

    HuggingFaceDirectory model = HuggingFaceDirectory.open(folder, Plugins.onClassPath());
    List<int[]> rows = new ArrayList<>();
    golden.get("ids").forEach(row -> rows.add(json.convertValue(row, int[].class)));
    List<float[]> logits = Logits.of(model.model(), model.weights(), rows);
    for (int row = 0; row < rows.size(); row++) {
      float[] expected = json.convertValue(golden.get("logits").get(row), float[].class);
      assertEquals(expected.length, logits.get(row).length);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], logits.get(row)[i], 2e-5, "row " + row + ", number " + i);
      }
    }
  }
}
