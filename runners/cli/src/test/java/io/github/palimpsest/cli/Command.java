package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.schema.PrintedJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/**
 * A run of the command within the test. What it prints with {@code --json} is checked against the
 * schema of the command in every test.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
public record Command(int code, String out, String err) {
  public static Command run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), texts);
    PrintedJson.check(out.toString(), texts);
    return new Command(code, out.toString(), err.toString());
  }

  /** The command line, to ask which commands and options there are. */
  public static CommandLine commandLine() {
    return Main.commandLine();
  }

  /** Expects success. */
  public Command ok() {
    assertThat(code).as("exit code; standard error: %s", err).isZero();
    return this;
  }

  /** Expects one message on standard error, no stack trace, and no result. */
  public String refusal(int expected) {
    assertThat(code).as("exit code; standard error: %s", err).isEqualTo(expected);
    assertThat(out).as("standard output").isEmpty();
    assertThat(err).startsWith("palimpsest: ").doesNotContain("\tat ").doesNotContain("Exception");
    List<String> lines = err.lines().toList();
    assertThat(lines)
        .as("one message, and the next command where there is one")
        .hasSizeBetween(1, 2);
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith(Main.NEXT));
    return lines.get(0).strip();
  }

  /** The command that is offered after a failure; empty if none is. */
  public String next() {
    return err.lines()
        .filter(line -> line.startsWith(Main.NEXT))
        .map(line -> line.substring(Main.NEXT.length()))
        .findFirst()
        .orElse("");
  }
}
