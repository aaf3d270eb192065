package io.github.palimpsest.cli;

import java.util.List;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Unknown arguments, which picocli would ignore if help is requested too. */
final class Unmatched {
  private Unmatched() {}

  /** Refuses unknown arguments before any help is shown. */
  static void refuse(ParseResult parsed) {
    for (ParseResult each = parsed; each != null; each = each.subcommand()) {
      List<String> unknown = each.unmatched();
      if (!unknown.isEmpty()) {
        throw new UnmatchedArgumentException(each.commandSpec().commandLine(), unknown);
      }
    }
  }

  /** The complaint about unknown arguments, by what they were meant to be. */
  static String message(UnmatchedArgumentException e) {
    String first = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().get(0);
    if (e.isUnknownOption() || first.isEmpty()) {
      return e.getMessage();
    }
    boolean command = !e.getCommandLine().getSubcommands().isEmpty();
    return (command ? "unknown command '" : "unexpected argument '") + first + "'";
  }
}
