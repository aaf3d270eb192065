package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.ChangedInputs;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The experiment of an output folder, read again from the file that the folder names. */
@Command
public final class FolderExperiment {
  private static final Path EVERYTHING = Path.of("palimpsest-out");

  @Mixin private ExperimentOptions experiment = new ExperimentOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();

  private FolderExperiment() {}

  /**
   * The plan of a folder.
   *
   * @param plugins where this process finds plugins; without a folder, where the run found them
   * @throws PalimpsestException if the folder does not name its experiment, or if the experiment
   *     has changed so that its plan no longer contains a cell of the folder
   */
  static Plan plan(Path folder, List<String> cells, PluginOptions plugins) {
    if (!Files.isDirectory(folder)) {
      GridPlan.of(new FolderLayout(folder)); // refuses it, and the next command makes one
    }
    RunOrigin origin =
        RunOrigin.of(folder)
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        "'"
                            + folder
                            + "' does not name its experiment; 'palimpsest run' with"
                            + " '--out "
                            + folder
                            + "' adds the name"));
    FolderExperiment options = of(origin, plugins);
    Path there = options.experiment.directory.resolve(origin.file());
    if (Files.exists(there)) {
      options.experiment.file = there;
    }
    try {
      Plan plan = Plan.of(options.experiment.read(), options.plugins.registry());
      return cells.isEmpty() ? plan : plan.only(cells);
    } catch (PalimpsestException e) {
      throw plugins.folder == null ? withPlugins(e, folder, options.plugins.folder) : e;
    }
  }

  /**
   * The command that made a folder; its relative paths start where it was given.
   *
   * @param plugins where this process finds plugins; without a folder, where that command did
   */
  private static FolderExperiment of(RunOrigin origin, PluginOptions plugins) {
    FolderExperiment options = new FolderExperiment();
    new CommandLine(options)
        .setExpandAtFiles(false)
        .parseArgs(origin.arguments().toArray(String[]::new));
    options.experiment.directory = Path.of(origin.directory());
    options.plugins.stall = plugins.stall;
    if (plugins.folder != null) {
      options.plugins.folder = plugins.folder;
    } else if (options.plugins.folder != null) {
      options.plugins.folder = options.experiment.directory.resolve(options.plugins.folder);
    }
    return options;
  }

  /**
   * A reason with the JARs of the components that it names, as the results of a folder have them.
   */
  private static PalimpsestException withPlugins(
      PalimpsestException reason, Path folder, @Nullable Path plugins) {
    FolderLayout layout = new FolderLayout(folder);
    String jars =
        GridPlan.find(layout).stream()
            .flatMap(g -> g.cells().stream())
            .map(c -> layout.result(c.id()))
            .filter(Files::isRegularFile)
            .flatMap(f -> JsonFile.read(f, CellResult.class).components().stream())
            .filter(c -> c.id().contains("."))
            .filter(c -> reason instanceof PluginException || names(reason, c.id()))
            .map(c -> c.id() + " of " + c.jar())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    if (jars.isEmpty()) {
      return reason;
    }
    return new PalimpsestException(
        reason.getMessage()
            + "; the run had "
            + jars
            + (plugins == null ? "" : " in '" + plugins + "'")
            + ": give --plugins DIR",
        reason);
  }

  private static boolean names(PalimpsestException reason, String component) {
    return String.valueOf(reason.getMessage()).contains("'" + component + "'");
  }

  /** The output folder of an experiment, by its name, in the folder of all experiments. */
  public static Path ofName(String name) {
    return EVERYTHING.resolve(name);
  }

  /**
   * The origin of a folder that a command makes, so that {@link #recorded} can read it again.
   *
   * @param added how many seeds the plan has more than the file
   */
  public static RunOrigin origin(ExperimentOptions experiment, PluginOptions plugins, int added) {
    List<String> options = new ArrayList<>();
    if (added > 0) {
      options.addAll(List.of("--add-seeds", "" + added));
    }
    if (experiment.device != null) {
      options.addAll(List.of("--device", experiment.device));
    }
    if (plugins.folder != null) {
      options.addAll(List.of("--plugins", plugins.folder.toString()));
    }
    return new RunOrigin(
        experiment.file.toString(),
        Path.of("").toAbsolutePath().toString(),
        experiment.variables,
        options);
  }

  /**
   * The plan that a folder records, as its workers read it: the experiment file as it was
   * submitted, and the cells that the folder lists.
   *
   * @param device the device of this process; null for that of the folder
   * @param plugins where this process finds plugins; without a folder, where the folder says
   * @throws PalimpsestException if it is not an output folder, does not name its experiment, or if
   *     what determines its cells has changed
   */
  public static Plan recorded(Path folder, @Nullable String device, PluginOptions plugins) {
    FolderLayout layout = new FolderLayout(folder);
    Optional<GridPlan> recorded = GridPlan.find(layout);
    Optional<RunOrigin> origin = RunOrigin.of(folder);
    if (recorded.isEmpty() || origin.isEmpty()) {
      throw new PalimpsestException(
          "'"
              + folder
              + "' is no output folder of a planned or started experiment: 'palimpsest plan FILE"
              + " --shell --folder "
              + folder
              + "' or 'palimpsest run FILE --out "
              + folder
              + "' makes it one");
    }
    FolderExperiment options = of(origin.get(), plugins);
    options.experiment.device = device == null ? options.experiment.device : device;
    Path there = options.experiment.directory.resolve(origin.get().file());
    if (Files.exists(there) || Files.exists(layout.submitted())) {
      options.experiment.file = there; // relative names in it are resolved from here
    }
    options.experiment.submitted =
        Files.exists(layout.submitted()) ? layout.submitted() : options.experiment.submitted;
    Experiment read = options.experiment.read();
    Plan plan = Plan.of(read, options.plugins.registry());
    Set<String> ids = plan.cells().stream().map(Cell::id).collect(Collectors.toSet());
    List<String> wanted = recorded.get().cells().stream().map(CellHistory.Planned::id).toList();
    if (!ids.containsAll(wanted)) {
      String changed =
          ExperimentIdentity.of(layout)
              .map(identity -> ChangedInputs.of(identity.shared(), plan))
              .orElse("");
      String cell = wanted.stream().filter(id -> !ids.contains(id)).findFirst().orElseThrow();
      throw new PalimpsestException(
          (changed.isEmpty()
                  ? "the recipes or seeds of the experiment file or the plugins"
                  : "the experiment file, the data, the model or the version of palimpsest")
              + " have changed since '"
              + folder
              + "' was planned"
              + changed
              + ": its cell "
              + cell
              + named(recorded.get().byId().get(cell))
              + " is not among the cells that this machine reads");
    }
    return ids.size() == wanted.size() ? plan : plan.only(wanted);
  }

  static String named(CellHistory.Planned cell) {
    return " (" + cell.label() + ", seed " + cell.seed() + ")";
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
          "no cell of '" + folder + "' in the plan of the experiment file has finished");
    }
    return finished;
  }

  /** Whether a cell has a result in the folder. */
  public static boolean isFinished(Cell cell, Path folder) {
    return Files.isRegularFile(new FolderLayout(folder).result(cell.id()));
  }
}
