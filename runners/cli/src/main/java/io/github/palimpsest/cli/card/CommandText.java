package io.github.palimpsest.cli.card;

import io.github.palimpsest.results.text.ShellWord;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The text of a command that was given, with the last name of each path instead of the path, and
 * without options that change nothing that is saved.
 */
public final class CommandText {
  /** Options without an influence on what is saved. */
  private static final Set<String> SILENT =
      Set.of("--resume", "--json", "--quiet", "--log-every", "--debug");

  /** Folders that a command writes, which may have any name. */
  private static final Map<String, String> WRITTEN =
      Map.of("--out", "OUT", "--adapter-out", "ADAPTER");

  private CommandText() {}

  /** The command with its options in the order in which they are declared. */
  public static String of(ParseResult parsed) {
    StringJoiner text = new StringJoiner(" ");
    text.add("palimpsest").add(parsed.commandSpec().name());
    for (PositionalParamSpec p : parsed.commandSpec().positionalParameters()) {
      if (parsed.matchedPositionals().contains(p)) {
        p.originalStringValues().forEach(v -> text.add(quoted(shown(p, v))));
      }
    }
    for (OptionSpec o : parsed.commandSpec().options()) {
      if (!parsed.hasMatchedOption(o) || SILENT.contains(o.longestName())) {
        continue;
      }
      if (WRITTEN.containsKey(o.longestName())) {
        text.add(o.longestName()).add(WRITTEN.get(o.longestName()));
      } else if (o.arity().max() == 0) {
        text.add(o.longestName());
      } else {
        o.originalStringValues().forEach(v -> text.add(o.longestName()).add(quoted(shown(o, v))));
      }
    }
    return text.toString();
  }

  private static String shown(ArgSpec option, String value) {
    boolean path =
        option.type() == Path.class
            || Arrays.asList(option.auxiliaryTypes()).contains(Path.class)
            || option.paramLabel().startsWith("FILE"); // with more, such as FILE:WEIGHT
    return path ? name(Path.of(value)) : value;
  }

  /** The last name of a path. */
  public static String name(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? "root" : name.toString();
  }

  /** For a shell; control characters as escapes. */
  private static String quoted(String value) {
    if (value.chars().noneMatch(Character::isISOControl)) {
      return ShellWord.of(value);
    }
    StringBuilder escaped = new StringBuilder("$'");
    value
        .chars()
        .forEach(
            c ->
                escaped.append(
                    Character.isISOControl(c)
                        ? "\\x%02x".formatted(c)
                        : (c == '\'' || c == '\\' ? "\\" : "") + (char) c));
    return escaped.append("'").toString();
  }
}
