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

/** {@code bench kills}. */
@Command(
    name = "kills",
    description =
        "Kills runs at random moments, resumes them, and compares their results byte for byte.",
    mixinStandardHelpOptions = true)
final class KillsCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin GridOptions grid = new GridOptions();

  @Option(
      names = "--kills",
      converter = Ranged.Count.class,
      defaultValue = "25",
      description = "default: ${DEFAULT-VALUE}")
  int kills;

  @Option(
      names = "--seed",
      converter = Ranged.Seed.class,
      defaultValue = "1",
      description = "of the moments")
  long seed;

  @Override
  public Integer call() {
    GridBench bench = grid.bench(spec.commandLine().getErr());
    GridBench.Kills compared = bench.kills(kills, grid.workers, seed);
    spec.commandLine().getOut().println(Json.tree(compared));
    return compared.filesDiffering() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }
}
