package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.archive.ResultArchive;
import io.github.palimpsest.results.query.ResultDatabase;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code export}: the tables of an output folder as files, or its results as one file. */
@Command(
    name = "export",
    description = {
      "Writes each result table of an output folder to a file (see 'query --tables').",
      "With --format json, writes the results to one small file that 'report' and 'query' read:"
          + " without weights, losses of single steps and outcomes of single examples."
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  /** What can be written. */
  enum Format {
    CSV,
    PARQUET,
    JSON;

    /** The word on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      paramLabel = "DIR",
      description = "the output folder of a run, or an archive of it (csv and parquet)")
  Path folder = Path.of("");

  @Option(
      names = "--format",
      required = true,
      paramLabel = "F",
      description = "csv, parquet or json")
  Format format = Format.CSV;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PLACE",
      description =
          "a folder, created if it is missing; with json, a new file; an existing file is refused")
  Path out = Path.of("");

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    switch (format) {
      case CSV -> tables(ResultDatabase.Format.CSV);
      case PARQUET -> tables(ResultDatabase.Format.PARQUET);
      case JSON -> {
        ResultArchive.write(folder, out);
        spec.commandLine().getOut().println(out);
      }
    }
    return ExitCode.OK;
  }

  private void tables(ResultDatabase.Format wanted) {
    try (ResultArchive results = ResultArchive.open(folder)) {
      ResultDatabase.export(results.folder(), out, wanted)
          .forEach(file -> spec.commandLine().getOut().println(file));
    }
  }
}
