package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StageProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A folder of three tasks, written by hand, whose cells share the first stage of each optimizer.
 */
final class ProbedFolder {
  private final Path root;
  private final ObjectNode plan = Json.object().put("experiment", "probed");
  private final ArrayNode cells = plan.putArray("cells");

  ProbedFolder(Path root) {
    this.root = root;
  }

  /** The id of a stage: the first one belongs to an optimizer, the others to a recipe. */
  static String stage(String optimizer, String strategy, long seed, int task) {
    return (task == 1 ? optimizer : optimizer + "-" + strategy) + "-" + seed + "-" + task;
  }

  /**
   * Adds a finished cell.
   *
   * @param kind the kind of its strategy
   * @param higher whether a higher score is better
   * @param after the score matrix
   */
  void cell(
      String optimizer, String strategy, String kind, long seed, boolean higher, double[][] after)
      throws IOException {
    String id = optimizer + "-" + strategy + "-" + seed;
    String label = optimizer + " + " + strategy;
    cells.addObject().put("id", id).put("label", label).put("recipe", label).put("seed", seed);
    ObjectNode result = Json.object().put("format", 1).put("id", id).put("label", label);
    result.put("recipe", label).put("seed", seed).put("measure", "exact-match");
    result.put("higher_is_better", higher);
    result.set("tasks", Json.tree(List.of("a", "b", "c")));
    result.set("steps", Json.tree(List.of(1, 1, 1)));
    ObjectNode scores = result.putObject("scores");
    scores.set("before", Json.tree(new double[3]));
    scores.set("after", Json.tree(after));
    result.putObject("metrics").put("forgetting", 0.5);
    result.putArray("components").addObject().put("id", strategy).put("kind", kind);
    if (kind.equals("merger")) {
      result.putObject("merging").put("after", "each-task");
    }
    ObjectNode times = Json.object();
    ArrayNode chain = times.putArray("stages");
    for (int task = 1; task <= 3; task++) {
      chain.add(stage(optimizer, strategy, seed, task));
    }
    Path cell = Files.createDirectories(root.resolve("cells").resolve(id));
    JsonFile.write(cell.resolve("result.json"), result);
    JsonFile.write(cell.resolve("timing.json"), times);
  }

  /** Adds a measurement of a stage. */
  void probe(
      String optimizer, String strategy, long seed, int task, double gap, double loss, double moved)
      throws IOException {
    String stage = stage(optimizer, strategy, seed, task);
    Path folder = root.resolve("stage-probes").resolve(stage);
    new StageProbe(
            stage,
            task,
            task == 1 ? optimizer : optimizer + " + " + strategy,
            optimizer,
            seed,
            "sam-gap",
            task == 1 ? "a" : "b",
            8,
            loss,
            moved,
            new TreeMap<>(Map.of("gap", gap, "loss", loss, "z[000,000]", 1.0)),
            new StageProbe.Cost(5, 0.25))
        .write(folder.resolve("p.json"));
  }

  Path write() {
    JsonFile.write(root.resolve("plan.json"), plan);
    return root;
  }
}
