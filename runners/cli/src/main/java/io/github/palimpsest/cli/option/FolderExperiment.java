package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.RunOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The experiment that an output folder was made of, read again from the file that it names. */
@Command
public final class FolderExperiment {
  @Mixin private ExperimentOptions experiment = new ExperimentOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();

  private FolderExperiment() {}

  /**
   * The plan of a folder.
   *
   * @param stall how long its plugins may stand still
   * @throws PalimpsestException if the folder does not say what it was made of, or if that has
   *     changed so much that a cell is not in its plan any more
   */
  static Plan plan(Path folder, List<String> cells, StallOption stall) {
    RunOrigin origin =
        RunOrigin.of(folder)
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        "'"
                            + folder
                            + "' does not say which experiment made it; 'palimpsest run' with"
                            + " '--out "
                            + folder
                            + "' notes it"));
    FolderExperiment options = new FolderExperiment();
    new CommandLine(options).parseArgs(origin.arguments().toArray(String[]::new));
    options.plugins.stall = stall;
    Path there = Path.of(origin.directory()).resolve(origin.file());
    if (Files.exists(there)) {
      options.experiment.file = there;
    }
    Experiment read = options.experiment.read();
    Plan plan = Plan.of(read, options.plugins.registry());
    return cells.isEmpty() ? plan : plan.only(cells);
  }

  /** Whether the plan of a folder, if there is one, needs the plugins of JARs. */
  public static boolean loadsPlugins(Path folder) {
    try {
      return RunOrigin.of(folder).filter(o -> o.options().contains("--plugins")).isPresent();
    } catch (PalimpsestException e) {
      return false; // the command that reads it will say why not
    }
  }

  /** The cells of a plan that have a result in the folder. */
  static List<Cell> finished(Plan plan, Path folder) {
    List<Cell> finished = plan.cells().stream().filter(c -> isFinished(c, folder)).toList();
    if (finished.isEmpty()) {
      throw new PalimpsestException(
          "no cell of '" + folder + "' that the experiment file plans has finished");
    }
    return finished;
  }

  /** Whether a cell has a result in the folder. */
  public static boolean isFinished(Cell cell, Path folder) {
    return Files.isRegularFile(new FolderLayout(folder).result(cell.id()));
  }
}
