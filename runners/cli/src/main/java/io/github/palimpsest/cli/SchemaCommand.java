package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.results.folder.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code schema}: what an experiment file may hold, for editors. */
@Command(
    name = "schema",
    description =
        "Prints the JSON Schema of experiment files, by which editors complete and check.",
    mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(Json.text(ExperimentFile.schema()));
    return ExitCode.OK;
  }
}
