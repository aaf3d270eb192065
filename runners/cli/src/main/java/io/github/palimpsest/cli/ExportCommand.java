package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.query.ResultDatabase;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code export}: the tables of an output folder as files. */
@Command(
    name = "export",
    description = "Writes the result tables of an output folder, a file each ('query --tables').",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "the output folder of a run")
  Path folder = Path.of("");

  @Option(names = "--format", required = true, paramLabel = "F", description = "csv or parquet")
  ResultDatabase.Format format = ResultDatabase.Format.CSV;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "where to; made if it is missing")
  Path out = Path.of("");

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    ResultDatabase.export(folder, out, format)
        .forEach(file -> spec.commandLine().getOut().println(file));
    return ExitCode.OK;
  }
}
