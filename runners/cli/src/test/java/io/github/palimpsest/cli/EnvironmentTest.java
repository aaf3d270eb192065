package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.StandardOutput;
import io.github.palimpsest.experiment.file.ExperimentFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
  @TempDir Path temp;

  @Test
  void arguments_that_the_locale_cannot_tell_are_refused_with_the_remedy() {
    byte[] given = "java\0--prompt\0Zoë\0".getBytes(StandardCharsets.UTF_8);
    assertThatCode(() -> Environment.check(given, StandardCharsets.UTF_8))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Environment.check(given, StandardCharsets.US_ASCII))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "the argument 'Zoë' is not text in the locale's charset, US-ASCII: set the environment"
                + " variable LC_ALL=C.UTF-8");
    Charset latin = StandardCharsets.ISO_8859_1;
    byte[] other = "java\0Zoë\0".getBytes(latin);
    assertThatCode(() -> Environment.check(other, latin)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Environment.check(other, StandardCharsets.UTF_8))
        .hasMessage("the argument 'Zo\ufffd' is not text in the locale's charset, UTF-8");
  }

  @Test
  void a_name_that_cannot_be_a_folders_is_refused() throws IOException {
    assertThat(Command.run("run", named("\"a\\0b\"")).refusal(ExitCode.USAGE))
        .contains("'a\\u0000b' cannot be a file name: ");
    for (String name : List.of("../x", "/x", ".", "..", "a/../..", "a/b", "a \\ b")) {
      for (String command : List.of("run", "plan")) {
        assertThat(Command.run(command, named(name)).refusal(ExitCode.USAGE))
            .as(command)
            .contains(
                "e.yaml:1:1: the experiment's name '"
                    + name
                    + "' cannot be the name of its output folder");
      }
    }
  }

  private Path named(String name) throws IOException {
    String text =
        ExperimentFile.builtIn("quickstart").orElseThrow().replaceFirst("(?m)^name: .*$", "");
    return Files.writeString(temp.resolve("e.yaml"), "name: " + name + "\n" + text);
  }

  @Test
  void escapes_in_what_a_command_prints_are_shown() throws IOException {
    Path none = temp.resolve("x\u001b[31m\u202e");
    assertThat(Command.run("status", none).refusal(ExitCode.USAGE))
        .contains("x\\u001b[31m\\u202e")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
  }

  @Test
  void output_that_cannot_be_written_is_no_success() {
    StringWriter told = new StringWriter();
    StandardOutput full = full("No space left on device");
    PrintWriter out = new PrintWriter(full.writer(), true);
    assertThat(Main.run(out, new PrintWriter(told, true), "--version")).isZero();
    out.flush();
    assertThat(full.exitCode(ExitCode.OK, new PrintWriter(told, true))).isEqualTo(ExitCode.FAILED);
    assertThat(full.exitCode(ExitCode.RULE, new PrintWriter(told, true))).isEqualTo(ExitCode.RULE);
    assertThat(told.toString().lines().findFirst())
        .hasValue("palimpsest: standard output cannot be written: No space left on device");
  }

  @Test
  void a_reader_that_goes_away_is_no_message() throws IOException {
    StringWriter told = new StringWriter();
    StandardOutput left = full("Broken pipe");
    PrintWriter out = new PrintWriter(left.writer(), true);
    out.println("a line");
    assertThat(left.exitCode(ExitCode.OK, new PrintWriter(told, true)))
        .isEqualTo(ExitCode.BROKEN_PIPE);
    assertThat(told.toString()).isEmpty();

    ByteArrayOutputStream read = new ByteArrayOutputStream();
    StandardOutput good = new StandardOutput(read);
    good.writer().append("größe").close();
    assertThat(read.toString(StandardCharsets.UTF_8)).isEqualTo("größe");
    assertThat(good.exitCode(ExitCode.OK, new PrintWriter(told, true))).isZero();
  }

  private static StandardOutput full(String reason) {
    return new StandardOutput(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        });
  }
}
