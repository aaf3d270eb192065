package io.github.palimpsest.cli;

import io.github.palimpsest.ablation.Report;
import io.github.palimpsest.ablation.ReportText;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report}: the tables of an output folder. */
@Command(
    name = "report",
    description = "Prints the results in an output folder.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "the output folder of a run")
  Path folder = Path.of("");

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Report report = Report.of(folder);
    spec.commandLine().getOut().println(json ? Json.text(report.json()) : ReportText.of(report));
    return ExitCode.OK;
  }
}
