package io.github.palimpsest.cli;

import java.util.List;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Arguments that no command knows, where the wish for help would have them ignored. */
final class Unmatched {
  private Unmatched() {}

  /** Refuses arguments that no command knows, before any help is shown. */
  static void refuse(ParseResult parsed) {
    for (ParseResult each = parsed; each != null; each = each.subcommand()) {
      List<String> unknown = each.unmatched();
      if (!unknown.isEmpty()) {
        throw new UnmatchedArgumentException(each.commandSpec().commandLine(), unknown);
      }
    }
  }
}
