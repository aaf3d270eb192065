package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.FolderCheck;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.storage.DamagedFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code status}: how far a run in another terminal is. */
@Command(
    name = "status",
    description = "Shows how far the runs of an output folder are; disturbs none of them.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "the output folder of run")
  Path folder = Path.of("");

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--verify",
      description = "read all results and states through and name what is damaged")
  boolean verify;

  @Override
  public Integer call() {
    List<String> damaged =
        verify
            ? FolderCheck.all(folder).stream().map(DamagedFileException::getMessage).toList()
            : List.of();
    if (!damaged.isEmpty()) {
      damaged.forEach(line -> spec.commandLine().getErr().println("palimpsest: " + line));
      spec.commandLine().getErr().println("'palimpsest run' sets it aside and computes it again");
      return ExitCode.FAILED;
    }
    RunStatus status = RunStatus.of(folder);
    spec.commandLine().getOut().println(json ? Json.text(status.json()) : status.text());
    return ExitCode.OK;
  }
}
