package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.nio.file.Path;
import java.util.List;

/** Runs a plan, cell after cell, into an output folder. */
public final class ExperimentRun {
  private ExperimentRun() {}

  /**
   * What became of the cells.
   *
   * @param finished cells that got their result now
   * @param skipped cells that had it already
   * @param failed cells that failed
   */
  public record Summary(int finished, int skipped, int failed) {}

  /**
   * Runs what has no result yet. A failed cell leaves a note of its reason, and the others go on; a
   * killed run goes on where it stopped.
   *
   * @param plan what to run
   * @param subject what it trains and measures
   * @param out the output folder; made if it is missing
   * @param listener is told of everything
   * @throws OutputException if the folder is another experiment's or cannot be written; what this
   *     run made is removed then, unless a cell has finished
   */
  public static Summary run(Plan plan, Subject subject, Path out, RunListener listener) {
    OutputFolder folder = OutputFolder.open(out, plan.experiment().name(), plan.shared());
    try {
      Summary summary = run(plan, subject, folder, listener);
      folder.close();
      return summary;
    } catch (OutputException e) {
      folder.abandon();
      throw e;
    } finally {
      folder.close();
    }
  }

  private static Summary run(
      Plan plan, Subject subject, OutputFolder folder, RunListener listener) {
    Injector shared =
        Guice.createInjector(
            Stage.PRODUCTION, List.of(new RegistryModule(plan, subject, folder, listener)));
    folder.writePlan(json(plan));
    listener.planned(plan);
    int finished = 0;
    int skipped = 0;
    int failed = 0;
    for (Cell cell : plan.cells()) {
      if (folder.finished(cell.id())) {
        refreshMetrics(plan, folder.cell(cell.id()).resolve(OutputFolder.RESULT));
        listener.skipped(cell);
        skipped++;
        continue;
      }
      CellRun run = shared.createChildInjector(new CellModule(cell)).getInstance(CellRun.class);
      if (run.run().isEmpty()) {
        finished++;
      } else {
        failed++;
      }
    }
    return new Summary(finished, skipped, failed);
  }

  /** Metrics follow from the scores: another choice of metrics needs no training. */
  private static void refreshMetrics(Plan plan, Path file) {
    ObjectNode result = (ObjectNode) JsonFile.read(file);
    ScoreRows scores =
        new ScoreRows(
            plan.experiment().tasks().stream().map(DataSet::name).toList(),
            result.path("higher_is_better").asBoolean(),
            ScoreLog.rows(result.path("rows")));
    ObjectNode metrics = CellRecord.metrics(plan, scores.matrix());
    if (!metrics.equals(result.path("metrics"))) {
      result.set("metrics", metrics);
      JsonFile.write(file, result);
    }
  }

  private static ObjectNode json(Plan plan) {
    ObjectNode json = JsonFile.object().put("experiment", plan.experiment().name());
    ArrayNode cells = json.putArray("cells");
    for (Cell cell : plan.cells()) {
      cells
          .addObject()
          .put("id", cell.id())
          .put("label", RecipeLabel.of(cell.recipe(), plan.registry()))
          .put("recipe", cell.recipe().toString())
          .put("seed", cell.seed());
    }
    ArrayNode excluded = json.putArray("excluded");
    for (Excluded e : plan.excluded()) {
      excluded
          .addObject()
          .put("levels", e.levels())
          .put("rule", e.rule())
          .put("reason", e.reason());
    }
    return json;
  }
}
