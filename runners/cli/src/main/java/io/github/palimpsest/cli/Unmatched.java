package io.github.palimpsest.cli;

import java.util.List;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Arguments that no command knows, where the wish for help would have them ignored. */
final class Unmatched {
  private Unmatched() {}

  /** Runs a command, or shows its help, unless there are arguments that it does not know. */
  static int refuse(ParseResult parsed) {
    for (ParseResult each = parsed; each != null; each = each.subcommand()) {
      List<String> unknown = each.unmatched();
      if (!unknown.isEmpty()) {
        throw new UnmatchedArgumentException(each.commandSpec().commandLine(), unknown);
      }
    }
    return new RunLast().execute(parsed);
  }
}
