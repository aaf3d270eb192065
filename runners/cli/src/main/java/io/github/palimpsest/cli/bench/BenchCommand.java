package io.github.palimpsest.cli.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: times of training steps as ratios from one run, and other measurements. */
@Command(
    name = "bench",
    description =
        "Times training steps on random tokens, tests the analysis by simulation, and lets other"
            + " programs compare their models.",
    mixinStandardHelpOptions = true,
    subcommands = {
      StepCommand.class,
      GridCommand.class,
      KillsCommand.class,
      SimulateCommand.class,
      OptimizersCommand.class,
      StrategiesCommand.class,
      GrowthCommand.class,
      CoverageCommand.class,
      MemoryCommand.class,
      RegressCommand.class,
      LogitsCommand.class,
      FreshCommand.class
    })
public final class BenchCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw new ParameterException(spec.commandLine(), "a benchmark is missing");
  }
}
