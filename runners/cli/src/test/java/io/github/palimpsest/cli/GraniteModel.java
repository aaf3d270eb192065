package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The golden model of the example plugin, as a folder. */
final class GraniteModel {
  private GraniteModel() {}

  static Path save(Path folder, JsonNode golden) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), golden.get("config").toString());
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> weight : golden.get("weights").properties()) {
      JsonNode tensor = weight.getValue();
      shapes.put(weight.getKey(), Shape.of(json.convertValue(tensor.get("shape"), long[].class)));
      values.put(weight.getKey(), json.convertValue(tensor.get("data"), float[].class));
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), WeightSnapshot.of(shapes, values));
    return folder;
  }
}
