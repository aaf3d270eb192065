package io.github.palimpsest.cli;

import io.github.palimpsest.api.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
    return hidden(e, first)
        .orElse((command ? "unknown command '" : "unexpected argument '") + first + "'");
  }

  /** An option for the project's own use, which takes no value, where another one was meant. */
  private static Optional<String> hidden(UnmatchedArgumentException e, String first) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    List<String> given = e.getCommandLine().getParseResult().originalArgs();
    int at = given.indexOf(first);
    OptionSpec before = at < 1 ? null : spec.findOption(given.get(at - 1));
    if (before == null || !before.hidden()) {
      return Optional.empty();
    }
    List<String> known =
        spec.options().stream()
            .filter(o -> !o.hidden())
            .flatMap(o -> Arrays.stream(o.names()))
            .toList();
    return Optional.of(
        "unknown option '" + given.get(at - 1) + "'" + NearestName.meant(given.get(at - 1), known));
  }
}
