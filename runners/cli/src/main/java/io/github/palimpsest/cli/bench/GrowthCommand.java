package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench growth}. */
@Command(
    name = "growth",
    description = {
      "Times steps of four sizes along each of layers, width, batch and tokens.",
      "Fits how the time grows: ms ~ size ^ exponent. With --grids, also that of whole runs by the"
          + " number of cells and tasks."
    },
    mixinStandardHelpOptions = true)
final class GrowthCommand implements Callable<Integer> {
  /** The workers of the grids whose growth is measured. */
  private static final int GRID_WORKERS = 2;

  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin BenchOptions options = new BenchOptions();

  @Option(
      names = "--optimizer",
      paramLabel = "RECIPE",
      defaultValue = "adamw",
      description = "the optimizer, with or without settings; default: ${DEFAULT-VALUE}")
  String optimizer = "";

  @Option(
      names = "--steps",
      converter = Ranged.Count.class,
      defaultValue = "12",
      description = "steps of each; default: ${DEFAULT-VALUE}")
  int steps;

  @Option(names = "--grids", paramLabel = "DIR", description = "a new folder to run grids in")
  @Nullable Path grids;

  @Override
  public Integer call() {
    Optional<GridBench> runs =
        Optional.ofNullable(grids).map(g -> GridOptions.bench(g, spec.commandLine().getErr()));
    Recipe recipe = options.registry().recipe(optimizer);
    NativeMessages.divert();
    PrintWriter out = spec.commandLine().getOut();
    List<Supplier<Growth>> measurements = new ArrayList<>();
    for (Growth.Axis axis : Growth.Axis.values()) {
      measurements.add(() -> Growth.measured(axis, options.shape, recipe, steps));
    }
    runs.ifPresent(
        g -> measurements.addAll(List.of(() -> g.withCells(GRID_WORKERS), g::withTasks)));
    ArrayNode all = Json.array();
    for (Supplier<Growth> measurement : measurements) {
      Growth growth = measurement.get();
      all.add(growth.json());
      if (!options.json) {
        out.println(growth.text());
        out.flush();
      }
    }
    if (options.json) {
      out.println(Json.text(all));
    }
    return ExitCode.OK;
  }
}
