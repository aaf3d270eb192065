package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of the page of questions print what it shows. */
class FaqTest {
  private static final Path PAGE = Path.of("../docs/faq.md");

  /** A command with its output, after the file that it reads, if it reads one. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:```yaml\\n([^`]*)```\\s+)?```\\n\\$ palimpsest ([^\\n]*)\\n([^`]*)```",
          Pattern.DOTALL);

  private static final String FILE = "faq.yaml";
  private static final String LEFT_OUT = "...";

  @TempDir Path temp;

  /**
   * A command of the page.
   *
   * @param file the file that it reads; empty for none
   * @param arguments the command without its name
   * @param output the lines that it prints
   */
  record Shown(String file, String arguments, List<String> output) {
    @Override
    public String toString() {
      return arguments;
    }
  }

  private static List<Shown> commands() throws IOException {
    List<Shown> commands = new ArrayList<>();
    for (MatchResult m : COMMAND.matcher(Files.readString(PAGE)).results().toList()) {
      commands.add(
          new Shown(
              Objects.requireNonNullElse(m.group(1), ""), m.group(2), m.group(3).lines().toList()));
    }
    return commands;
  }

  @Test
  void every_command_is_found() throws IOException {
    long shown = Files.readString(PAGE).lines().filter(l -> l.startsWith("$ ")).count();
    assertThat(commands()).hasSize((int) shown).hasSizeGreaterThan(3);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_prints_what_the_page_shows(Shown shown) throws IOException {
    Path file = Files.writeString(temp.resolve(FILE), shown.file());
    List<String> arguments = new ArrayList<>(List.of(shown.arguments().split(" ")));
    arguments.replaceAll(a -> a.equals(FILE) ? file.toString() : a);

    Command run = Command.run(arguments.toArray());

    List<String> printed = (run.out() + run.err()).replace(file.toString(), FILE).lines().toList();
    List<String> expected = shown.output().stream().filter(line -> !line.equals(LEFT_OUT)).toList();
    if (shown.output().contains(LEFT_OUT)) {
      assertThat(printed).containsSubsequence(expected);
    } else {
      assertThat(printed).isEqualTo(expected);
    }
  }
}
