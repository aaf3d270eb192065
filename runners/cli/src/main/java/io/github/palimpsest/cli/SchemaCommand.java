package io.github.palimpsest.cli;

import io.github.palimpsest.cli.schema.Schemas;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.Json;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code schema}: the schemas of experiment files and of what commands print. */
@Command(
    name = "schema",
    description = {
      "Prints a JSON Schema: of experiment files, for editors, or of what a command prints with"
          + " --json.",
    },
    mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {
  /** For the help and for completion. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Names() {
      super(Schemas.names());
    }
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = Schemas.EXPERIMENT,
      completionCandidates = Names.class,
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  String name = Schemas.EXPERIMENT;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(Json.text(Schemas.of(name)));
    return ExitCode.OK;
  }
}
