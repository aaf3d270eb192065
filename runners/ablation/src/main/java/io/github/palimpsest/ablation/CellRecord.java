package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.inject.Inject;
import io.github.palimpsest.api.Component;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.ForgettingMetric;
import io.github.palimpsest.api.ScoreMatrix;
import java.util.List;
import java.util.OptionalDouble;

/** Writes down what became of a cell. Equal runs give equal bytes: nothing measured is in here. */
final class CellRecord {
  private static final int FORMAT = 1;

  private final Plan plan;
  private final Cell cell;
  private final Origins origins;

  @Inject
  CellRecord(Plan plan, Cell cell, Origins origins) {
    this.plan = plan;
    this.cell = cell;
    this.origins = origins;
  }

  /** The content of {@code result.json}. */
  ObjectNode result(ScoreRows scores, List<Long> steps) {
    ObjectNode result = head();
    result.put("measure", plan.experiment().tasks().get(0).measure().toString());
    result.put("higher_is_better", scores.higherIsBetter());
    ArrayNode tasks = result.putArray("tasks");
    scores.tasks().forEach(tasks::add);
    ArrayNode stepsTaken = result.putArray("steps");
    steps.forEach(stepsTaken::add);
    result.set("scores", matrix(scores.matrix()));
    result.set("kept", kept(scores));
    result.set("metrics", metrics(plan, scores.matrix()));
    Cost cost = Budget.cost(cell.recipe());
    result
        .putObject("declared_cost")
        .put("passes_per_step", cost.passesPerStep())
        .put("slots_per_parameter", cost.slotsPerParameter())
        .put("snapshots_per_task", cost.snapshotsPerTask());
    ArrayNode components = result.putArray("components");
    Origins.all(cell.recipe()).forEach(id -> components.add(origins.json(id)));
    ObjectNode inputs = result.putObject("inputs");
    plan.shared().forEach(inputs::put);
    result.set("rows", ScoreLog.json(scores.rows()));
    return result;
  }

  /** The content of {@code failed.json}. */
  ObjectNode failed(int task, long step, String reason) {
    ObjectNode failed = head();
    if (task >= 0) {
      failed.put("task", plan.experiment().tasks().get(task).name());
    }
    if (step > 0) {
      failed.put("step", step);
    }
    return failed.put("reason", reason);
  }

  private ObjectNode head() {
    return JsonFile.object()
        .put("format", FORMAT)
        .put("id", cell.id())
        .put("experiment", plan.experiment().name())
        .put("label", RecipeLabel.of(cell.recipe(), plan.registry()))
        .put("recipe", cell.recipe().toString())
        .put("seed", cell.seed());
  }

  private static ObjectNode matrix(ScoreMatrix scores) {
    double[] before = new double[scores.tasks()];
    ObjectNode node = JsonFile.object();
    ArrayNode after = JsonFile.array();
    for (int t = 0; t < scores.tasks(); t++) {
      before[t] = scores.before(t);
      double[] row = new double[scores.tasks()];
      for (int i = 0; i < row.length; i++) {
        row[i] = scores.after(t, i);
      }
      after.add(JsonFile.array(row));
    }
    node.set("before", JsonFile.array(before));
    node.set("after", after);
    return node;
  }

  private ObjectNode kept(ScoreRows scores) {
    ObjectNode all = JsonFile.object();
    for (DataSet set : plan.experiment().kept()) {
      double[] values =
          scores.rows().stream().mapToDouble(row -> row.get(set.name()).value()).toArray();
      ObjectNode node = all.putObject(set.name());
      node.put("measure", set.measure().toString());
      node.put("before", values[0]);
      node.set("after", JsonFile.array(java.util.Arrays.copyOfRange(values, 1, values.length)));
    }
    return all;
  }

  /** Each metric of a matrix; null where it is not defined. */
  static ObjectNode metrics(Plan plan, ScoreMatrix scores) {
    ObjectNode node = JsonFile.object();
    for (Component<ForgettingMetric> metric : plan.metrics()) {
      String name = RecipeLabel.of(metric, plan.registry());
      OptionalDouble value = metric.create().of(scores);
      if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
        node.put(name, value.getAsDouble());
      } else {
        node.putNull(name);
      }
    }
    return node;
  }
}
