package io.github.palimpsest.cli.bench;

import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench grid}. */
@Command(
    name = "grid",
    description =
        "Runs a grid of the quickstart, and says what it took beyond its stages and scores.",
    mixinStandardHelpOptions = true)
final class GridCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin GridOptions grid = new GridOptions();

  @Option(
      names = "--cells",
      converter = Ranged.Count.class,
      defaultValue = "200",
      description = "default: ${DEFAULT-VALUE}")
  int cells;

  @Override
  public Integer call() {
    GridBench bench = grid.bench(spec.commandLine().getErr());
    spec.commandLine().getOut().println(Json.tree(bench.overhead(cells, grid.workers)));
    return ExitCode.OK;
  }
}
