package io.github.palimpsest.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The model, start and batches of a golden optimizer file.
 *
 * @param model the problem as a model
 * @param start the weights before the first step
 * @param batches the examples of each step
 */
public record GoldenProblem(Model model, WeightSnapshot start, List<List<Example>> batches) {

  /** Reads the {@code inputs} of a file in {@code optimizers/}. */
  public static GoldenProblem of(JsonNode inputs) {
    WeightSnapshot start = snapshot(inputs.get("w0"));
    return switch (inputs.get("problem").asText()) {
      case "quadratic" -> quadratic(inputs, start);
      case "classifier" -> classifier(inputs, start);
      default -> throw new IllegalStateException("unknown problem " + inputs.get("problem"));
    };
  }

  private static GoldenProblem quadratic(JsonNode inputs, WeightSnapshot start) {
    Map<String, Shape> shapes = new TreeMap<>();
    start.names().forEach(n -> shapes.put(n, start.shape(n)));
    Model model = new QuadraticModel(shapes, values(inputs.get("a")), values(inputs.get("c")));
    List<List<Example>> batches = new ArrayList<>();
    for (int t = 0; t < inputs.get("steps").asInt(); t++) {
      batches.add(List.of(QuadraticModel.example("quadratic/" + t)));
    }
    return new GoldenProblem(model, start, batches);
  }

  private static GoldenProblem classifier(JsonNode inputs, WeightSnapshot start) {
    int in = Math.toIntExact(Golden.shape(inputs.get("x")).get(1));
    int hidden = Math.toIntExact(start.shape("fc1.weight").get(1));
    int classes = Math.toIntExact(start.shape("fc2.weight").get(1));
    float[] x = Golden.floats(inputs.get("x"));
    double[] y = Golden.doubles(inputs.get("y"));
    List<List<Example>> batches = new ArrayList<>();
    for (JsonNode rows : inputs.get("batches")) {
      List<Example> batch = new ArrayList<>();
      for (JsonNode row : rows) {
        int i = row.asInt();
        float[] features = Arrays.copyOfRange(x, i * in, (i + 1) * in);
        String id = "classifier/" + batches.size() + "/" + i;
        batch.add(ClassifierModel.example(id, features, (int) y[i], 1));
      }
      batches.add(batch);
    }
    return new GoldenProblem(new ClassifierModel(in, hidden, classes), start, batches);
  }

  /** Tensors by name as weights. */
  public static WeightSnapshot snapshot(JsonNode tensors) {
    Map<String, Shape> shapes = new TreeMap<>();
    tensors.properties().forEach(e -> shapes.put(e.getKey(), Golden.shape(e.getValue())));
    return WeightSnapshot.of(shapes, values(tensors));
  }

  private static Map<String, float[]> values(JsonNode tensors) {
    Map<String, float[]> values = new TreeMap<>();
    tensors.properties().forEach(e -> values.put(e.getKey(), Golden.floats(e.getValue())));
    return values;
  }
}
