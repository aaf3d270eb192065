package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.FolderCheck;
import io.github.palimpsest.execution.lease.Heartbeats;
import io.github.palimpsest.execution.lease.Pace;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.text.Printable;
import io.github.palimpsest.storage.DamagedFileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code status}: the progress of a run in another terminal. */
@Command(
    name = "status",
    description = "Shows the progress of the runs on an output folder without disturbing them.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "the output folder of a run")
  Path folder = Path.of("");

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--verify",
      description = "read all results, states and checkpoints and list the damaged ones")
  boolean verify;

  @Override
  public Integer call() {
    if (verify && told(FolderCheck.withCheckpoints(folder), spec.commandLine().getErr())) {
      return ExitCode.FAILED;
    }
    RunStatus status = RunStatus.of(folder);
    Map<String, Heartbeats.Seen> seen = new Heartbeats(new FolderLayout(folder), Pace.REAL).watch();
    Function<RunNote, String> heartbeat =
        run ->
            run.worker() != null && seen.containsKey(run.worker().id())
                ? seen.get(run.worker().id()).words()
                : "";
    spec.commandLine()
        .getOut()
        .println(json ? Json.text(status.json(heartbeat)) : Printable.of(status.text(heartbeat)));
    return ExitCode.OK;
  }

  /** Tells what is damaged in a folder, and what to do; false if nothing is. */
  static boolean told(List<DamagedFileException> damaged, PrintWriter err) {
    damaged.forEach(d -> err.println("palimpsest: " + d.getMessage()));
    if (!damaged.isEmpty()) {
      err.println("'palimpsest run' sets damaged files aside and computes them again");
    }
    return !damaged.isEmpty();
  }
}
