package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.testing.MoodyPlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands in processes of their own, with plugins that end them. */
class SupervisorTest {
  @TempDir static Path temp;

  private static MoodyPlugin plugin;

  @BeforeAll
  static void compile() throws IOException {
    plugin = MoodyPlugin.compiled(temp.resolve("source"));
  }

  /** Runs the command as the launcher does. */
  private static Command command(Object... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    all.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    for (Object a : arguments) {
      all.add(a.toString());
    }
    Path out = Files.createTempFile(temp, "out", ".txt");
    Path err = Files.createTempFile(temp, "err", ".txt");
    Process process =
        new ProcessBuilder(all).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    int code = process.waitFor();
    return new Command(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @ParameterizedTest(name = "{0} in {1} of {2}")
  @CsvSource({
    "list, settings, exit-0, 0",
    "describe, traits, halt-0, 0",
    "verify, name, exit-3, 3",
  })
  void a_plugin_that_ends_the_process_ends_no_command_as_if_all_were_well(
      String command, String method, String what, int code)
      throws IOException, InterruptedException {
    Path jar = plugin.pack(temp.resolve(method + "/acme.jar"), method, what);
    Command run =
        switch (command) {
          case "verify" -> command("verify", jar);
          case "describe" -> command("describe", "acme.moody", "--plugins", jar.getParent());
          default -> command("list", "--plugins", jar.getParent());
        };
    assertThat(run.refusal(ExitCode.FAILED))
        .startsWith(
            "palimpsest: the process ended with exit code "
                + code
                + " before the command was done, in "
                + method
                + " of ")
        .contains(jar.toString());
  }

  @Test
  void a_plugin_that_behaves_changes_neither_output_nor_exit_code()
      throws IOException, InterruptedException {
    Path jar = plugin.pack(temp.resolve("well/acme.jar"), "none", "exception");
    assertThat(command("list", "--plugins", jar.getParent()).ok().out())
        .containsPattern("acme.moody +optimizer +1 +0  unchecked  plain descent");
    assertThat(command("describe", "acme.modo", "--plugins", jar.getParent()).refusal(2))
        .contains("unknown component 'acme.modo'");
  }
}
