package io.github.palimpsest.cli.option;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Finished cells of an output folder. */
public final class CellsOptions {
  @Parameters(index = "0", paramLabel = "DIR", description = "the output folder of a run")
  public Path folder = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "CELL",
      description = "ids of cells, or their beginnings; default: all that have finished")
  List<String> cells = new ArrayList<>();

  @Mixin PluginOptions plugins = new PluginOptions();

  /** The folder's plan, reduced to the named cells if there are any. */
  public Plan plan() {
    return FolderExperiment.plan(folder, cells, plugins);
  }

  /** The finished cells of a plan; at least one. */
  public List<Cell> finished(Plan plan) {
    return FolderExperiment.finished(plan, folder);
  }
}
