package io.github.palimpsest.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * An output folder whose cells were never run: numbers of the right shape, equal in every test.
 *
 * @param optimizers the levels of an axis
 * @param strategies the levels of the other
 * @param seeds how many seeds
 * @param tasks the names of the tasks
 */
record MadeUpGrid(List<String> optimizers, List<String> strategies, int seeds, List<String> tasks) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STEPS = 200;
  private static final int EXAMPLES = 20;

  /** Two optimizers, three strategies, three seeds. */
  static MadeUpGrid small() {
    return new MadeUpGrid(
        List.of("adamw(lr=0.001)", "sam(base=adamw(lr=0.001), rho=0.05)"),
        List.of("none", "ewc(lambda=100)", "replay(ratio=0.25)"),
        3,
        List.of("facts", "reversing", "sorting"));
  }

  /** A recipe's label as the ablation runner would write it. */
  private static String label(String optimizer, String strategy) {
    return strategy.equals("none") ? optimizer : optimizer + " + " + strategy;
  }

  Path write(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("cells"));
    ObjectNode experiment = JSON.createObjectNode().put("name", "made-up");
    ObjectNode shared =
        experiment.putObject("shared").put("model", "none").put("training.batch", "8");
    for (int t = 0; t < tasks.size(); t++) {
      shared.put("task." + (t + 1) + ".data", tasks.get(t) + ".json");
      shared.put("task." + (t + 1) + ".measure", "exact-match");
    }
    write(folder.resolve("experiment.json"), experiment);
    ObjectNode origin =
        JSON.createObjectNode().put("file", "made up.yaml").put("directory", "there");
    origin.putObject("set").put("shared", "../shared");
    origin.putArray("options");
    write(folder.resolve("origin.json"), origin);
    ObjectNode plan = JSON.createObjectNode().put("experiment", "made-up");
    ArrayNode cells = plan.putArray("cells");
    plan.putArray("metrics")
        .add(JSON.createObjectNode().put("name", "average-score").put("higher_is_better", true))
        .add(JSON.createObjectNode().put("name", "forgetting").put("higher_is_better", false));
    plan.putArray("excluded")
        .addObject()
        .put("levels", "sam + lora")
        .put("rule", "excluded-by-file")
        .put("reason", "optimizer=sam & adapter=lora");
    int number = 0;
    for (int o = 0; o < optimizers.size(); o++) {
      for (int s = 0; s < strategies.size(); s++) {
        for (int seed = 1; seed <= seeds; seed++) {
          String id = String.format(Locale.ROOT, "%016x", 0xabcdef00L + number++);
          ObjectNode cell = cells.addObject().put("id", id);
          cell.put("label", label(optimizers.get(o), strategies.get(s)));
          cell.put("recipe", label(optimizers.get(o), strategies.get(s))).put("seed", seed);
          cell.putObject("levels")
              .put("optimizer", optimizers.get(o))
              .put("strategy", strategies.get(s));
          cell(folder, cell, o, s, seed);
        }
      }
    }
    write(folder.resolve("plan.json"), plan);
    return folder;
  }

  private void cell(Path folder, ObjectNode planned, int o, int s, int seed) throws IOException {
    Random rng = new Random(1000L * o + 10L * s + seed);
    String id = planned.path("id").asText();
    double kept = Math.min(0.95, 0.1 + 0.8 * s / Math.max(1, strategies.size() - 1) + 0.02 * o);
    ObjectNode result = JSON.createObjectNode().put("format", 1).put("id", id);
    result.put("experiment", "made-up").put("label", planned.path("label").asText());
    result.put("recipe", planned.path("recipe").asText()).put("seed", seed);
    result.put("measure", "exact-match").put("higher_is_better", true);
    ArrayNode names = result.putArray("tasks");
    tasks.forEach(names::add);
    ArrayNode steps = result.putArray("steps");
    tasks.forEach(t -> steps.add(STEPS));
    ObjectNode scores = result.putObject("scores");
    ArrayNode before = scores.putArray("before");
    tasks.forEach(t -> before.add(0.0));
    ArrayNode after = scores.putArray("after");
    double average = 0;
    double forgetting = 0;
    for (int t = 0; t < tasks.size(); t++) {
      ArrayNode row = after.addArray();
      for (int i = 0; i < tasks.size(); i++) {
        double score =
            i > t ? 0 : (0.95 - 0.05 * s) * Math.pow(kept, t - i) + 0.02 * rng.nextGaussian();
        row.add(Math.max(0, score));
      }
    }
    for (int i = 0; i < tasks.size(); i++) {
      double last = after.path(tasks.size() - 1).path(i).asDouble();
      average += last / tasks.size();
      forgetting += i == tasks.size() - 1 ? 0 : after.path(i).path(i).asDouble() - last;
    }
    result.putObject("kept");
    result
        .putObject("metrics")
        .put("average-score", average)
        .put("forgetting", forgetting / Math.max(1, tasks.size() - 1));
    result.putObject("declared_cost").put("passes_per_step", 1.0 + o);
    result
        .putArray("components")
        .addObject()
        .put("id", "made-up")
        .put("kind", "optimizer")
        .put("plugin", "made-up")
        .put("version", "1")
        .put("jar", "made-up.jar")
        .put("sha256", "00");
    result.putObject("inputs");
    rows(result, after, rng);
    probes(folder, id, forgetting, seed == 1 && s < 2, rng);
    stageProbe(folder, id + "-0", o, seed);
    Path cell = Files.createDirectories(folder.resolve("cells").resolve(id));
    write(cell.resolve("result.json"), result);
    ObjectNode timing = JSON.createObjectNode();
    timing
        .putObject("measured")
        .put("wall_seconds", 3.5 + o)
        .put("ms_per_step", 4.5 * (o + 1))
        .put("peak_rss_bytes", 500_000_000L)
        .put("device", "cpu")
        .put("processors", 2)
        .put("java", "17")
        .put("os", "Linux amd64");
    ArrayNode stages = timing.putArray("stages");
    for (int t = 0; t < tasks.size(); t++) {
      String stage = id + "-" + t;
      stages.add(stage);
      StringBuilder log = new StringBuilder("step,loss\n");
      for (int step = 1; step <= STEPS; step++) {
        double loss = 0.1 * (o + 1) + 3 * Math.exp(-step / (30.0 + 10 * s));
        log.append(step)
            .append(',')
            .append((float) (loss * (1 + 0.1 * rng.nextDouble())))
            .append('\n');
      }
      Path at = Files.createDirectories(folder.resolve("stages").resolve(stage));
      Files.writeString(at.resolve("losses.csv"), log);
    }
    write(cell.resolve("timing.json"), timing);
  }

  /** A gap that grows with forgetting, and for some cells a bowl as landscape. */
  private static void probes(Path folder, String id, double forgetting, boolean drawn, Random rng)
      throws IOException {
    ObjectNode gap = JSON.createObjectNode().put("cell", id).put("probe", "sam-gap(rho=0.1)");
    gap.put("on", "sorting").put("examples", 64);
    gap.putObject("values")
        .put("gap", 0.1 + 0.2 * forgetting + 0.02 * rng.nextGaussian())
        .put("loss", 0.1);
    Path at = Files.createDirectories(folder.resolve("probes").resolve(id));
    write(at.resolve("gap.json"), gap);
    if (drawn) {
      ObjectNode bowl =
          JSON.createObjectNode().put("cell", id).put("probe", "loss-landscape(grid=11, span=0.5)");
      bowl.put("on", "sorting").put("examples", 64);
      ObjectNode z = bowl.putObject("values");
      for (int i = 0; i < 11; i++) {
        for (int j = 0; j < 11; j++) {
          double x = (i - 5) / 10.0;
          double y = (j - 5) / 10.0;
          z.put(
              String.format(Locale.ROOT, "z[%03d,%03d]", i, j),
              0.05 + (1 + forgetting) * (4 * x * x + 2 * y * y + x * y));
        }
      }
      z.put("SC", 12.0).put("AG", 1.5).put("MAG", 1.0);
      write(at.resolve("landscape.json"), bowl);
    }
  }

  /** What is probed after the first task: the same for all cells of an optimizer and a seed. */
  private void stageProbe(Path folder, String stage, int o, int seed) throws IOException {
    int k = o * seeds + seed;
    ObjectNode probe = JSON.createObjectNode().put("stage", stage).put("task", 1);
    probe.put("recipe", optimizers.get(o)).put("first", optimizers.get(o)).put("seed", seed);
    probe.put("probe", "sam-gap(rho=0.1)").put("on", tasks.get(0)).put("examples", 64);
    probe.put("loss", 0.01 * (k * 7 % 20)).put("distance", 1 + 0.01 * (k * 9 % 20));
    probe.putObject("values").put("gap", 0.1 + 0.05 * k);
    probe.putObject("cost").put("passes", 5).put("seconds", 0.1);
    Path at = Files.createDirectories(folder.resolve("stage-probes").resolve(stage));
    write(at.resolve("gap.json"), probe);
  }

  /** Right and wrong answers whose shares are the scores. */
  private void rows(ObjectNode result, ArrayNode after, Random rng) {
    ArrayNode rows = result.putArray("rows");
    for (int t = -1; t < tasks.size(); t++) {
      ObjectNode row = rows.addObject();
      for (int i = 0; i < tasks.size(); i++) {
        double score = t < 0 ? 0 : after.path(t).path(i).asDouble();
        ObjectNode set = row.putObject(tasks.get(i)).put("value", score);
        ArrayNode each = set.putArray("per_example");
        ArrayNode weights = JSON.createArrayNode();
        for (int e = 0; e < EXAMPLES; e++) {
          each.add(rng.nextDouble() < score ? 1.0 : 0.0);
          weights.add(1.0);
        }
        if (t < 0) {
          set.set("weights", weights);
        }
      }
    }
  }

  static void write(Path file, ObjectNode node) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(node));
  }
}
