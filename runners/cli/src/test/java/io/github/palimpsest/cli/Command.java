package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A run of the command within the test.
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
    return new Command(code, out.toString(), err.toString());
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
    assertThat(err.lines()).as("one message").hasSize(1);
    return err.strip();
  }
}
