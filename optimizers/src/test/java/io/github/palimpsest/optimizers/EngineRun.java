package io.github.palimpsest.optimizers;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.DeclaredModel;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.GoldenProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Short runs of the golden classifier through the engine, with examples of unequal weight. */
final class EngineRun {
  static final GoldenProblem PROBLEM = problem();

  private EngineRun() {}

  private static GoldenProblem problem() {
    JsonNode inputs = Golden.json("optimizers/classifier/sgd.json").get("inputs");
    GoldenProblem plain = GoldenProblem.of(inputs);
    return new GoldenProblem(
        DeclaredModel.withNorm(plain.model(), "fc1.bias"), plain.start(), plain.batches());
  }

  /** Eight examples that weigh 1, 2, 3, ... as if their targets had so many tokens. */
  static List<Example> batch(int step) {
    List<Example> plain = PROBLEM.batches().get(step % PROBLEM.batches().size());
    List<Example> weighted = new ArrayList<>();
    for (Example e : plain) {
      HostArray.Floats x = (HostArray.Floats) e.fields().get("x");
      int y = ((HostArray.Ints) e.fields().get("y")).values().get(0);
      String id = step + "/" + weighted.size();
      weighted.add(ClassifierModel.example(id, x.toArray(), y, 1 + weighted.size()));
    }
    return weighted;
  }

  /** The weights after so many steps. */
  static Map<String, float[]> after(String recipe, int steps, int accumulation) {
    return after(Seats.of(Recipes.REGISTRY.recipe(recipe)), steps, accumulation);
  }

  /** The trained parameters after so many steps. */
  static Map<String, float[]> after(Seats strategy, int steps, int accumulation) {
    try (StepGraph graph = open(strategy, accumulation)) {
      for (int t = 0; t < steps; t++) {
        graph.step(batch(t), t, steps);
      }
      return copies(graph.trainable());
    }
  }

  static StepGraph open(String recipe, int accumulation) {
    return open(Seats.of(Recipes.REGISTRY.recipe(recipe)), accumulation);
  }

  static StepGraph open(Seats strategy, int accumulation) {
    Training training = new Training(1, 0, 8, accumulation, 0);
    return StepGraph.firstTask(PROBLEM.model(), PROBLEM.start(), strategy, training, 7, Device.CPU);
  }

  static StepGraph open(String recipe, Compute compute) {
    return StepGraph.firstTask(
        PROBLEM.model(),
        PROBLEM.start(),
        Seats.of(Recipes.REGISTRY.recipe(recipe)),
        new Training(1, 0, 8, 1, 0).with(compute),
        7,
        Device.CPU);
  }

  static Map<String, float[]> copies(WeightSnapshot snapshot) {
    Map<String, float[]> copies = new TreeMap<>();
    snapshot.names().forEach(n -> copies.put(n, snapshot.copy(n)));
    return copies;
  }
}
