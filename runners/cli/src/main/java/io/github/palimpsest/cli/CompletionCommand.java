package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code completion}: a script with which a shell completes commands and options. */
@Command(
    name = "completion",
    description = {
      "Prints a script with which Bash and Zsh complete commands, options and their values.",
      "In the current shell: source <(palimpsest completion)"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(AutoComplete.bash("palimpsest", Main.commandLine()));
    return ExitCode.OK;
  }
}
