package io.github.palimpsest.cli.next;

import io.github.palimpsest.results.text.ShellWord;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * A command as the user gave it.
 *
 * @param name the subcommand
 * @param positionals its arguments without an option
 * @param parsed all of it
 */
public record Given(String name, List<String> positionals, ParseResult parsed) {
  /** The innermost subcommand of what was parsed. */
  public static Given of(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    List<String> positionals =
        last.matchedPositionals().stream().flatMap(p -> p.originalStringValues().stream()).toList();
    return new Given(last.commandSpec().name(), positionals, last);
  }

  /** The text of an option. */
  Optional<String> option(String name) {
    return parsed.hasMatchedOption(name)
        ? parsed.matchedOption(name).originalStringValues().stream().findFirst()
        : Optional.empty();
  }

  /** The option {@code --plugins} as it was given, after a space; empty without one. */
  String plugins() {
    return option("--plugins").map(folder -> " --plugins " + word(folder)).orElse("");
  }

  /** The experiment file, of a command that takes one. */
  Optional<Path> experiment() {
    return NextCommand.takesExperiment(name)
        ? positionals.stream().findFirst().flatMap(Given::path)
        : Optional.empty();
  }

  /** The output folder, as a word of a command. */
  Optional<String> folder() {
    return (NextCommand.takesExperiment(name) ? option("--out") : positionals.stream().findFirst())
        .map(this::word);
  }

  /** The output folder, as a word of a command, if it is a file. */
  Optional<String> file() {
    return (NextCommand.takesExperiment(name) ? option("--out") : positionals.stream().findFirst())
        .filter(text -> path(text).filter(Files::isRegularFile).isPresent())
        .map(this::word);
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** A text as one word of a shell. */
  String word(String text) {
    return ShellWord.of(text);
  }
}
