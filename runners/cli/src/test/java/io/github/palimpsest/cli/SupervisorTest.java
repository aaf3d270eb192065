package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.RunOrigin;
import io.github.palimpsest.testing.MoodyPlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static Path experiment(String optimizers) throws IOException {
    return Files.writeString(
        temp.resolve("small.yaml"),
        """
        name: small
        model: quickstart
        tasks:
          - {name: reversing, data: "quickstart:reversing", measure: exact-match}
        training: {steps: 1}
        axes: {optimizer: OPTIMIZERS}
        seeds: [1]
        """
            .replace("OPTIMIZERS", optimizers));
  }

  @ParameterizedTest(name = "{0} in {1} of {2}")
  @CsvSource({
    "list, settings, exit-0, 0",
    "describe, traits, halt-0, 0",
    "verify, name, exit-3, 3",
    "plan, create, exit-0, 0",
  })
  void a_plugin_that_ends_the_process_ends_no_command_as_if_all_were_well(
      String command, String method, String what, int code)
      throws IOException, InterruptedException {
    Path jar = plugin.pack(temp.resolve(method + "/acme.jar"), "optimizer", method, what);
    Command run =
        switch (command) {
          case "verify" -> command("verify", jar);
          case "plan" ->
              command("plan", experiment("[acme.moody, sgd]"), "--plugins", jar.getParent());
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
  void the_plugins_that_an_output_folder_names_are_watched_too()
      throws IOException, InterruptedException {
    Path jar = plugin.pack(temp.resolve("probed/acme.jar"), "probe", "settings", "halt-0");
    Path file = experiment("[sgd]");
    Path out = Files.createDirectories(temp.resolve("probed/out"));
    Path relative = temp.relativize(jar.getParent()); // to the directory that the folder records
    for (Path plugins : List.of(jar.getParent(), relative)) {
      List<String> options = List.of("--plugins", plugins.toString());
      new RunOrigin(file.toString(), temp.toString(), Map.of(), options).write(out);
      for (String command : List.of("probe", "landscape")) {
        assertThat(command(command, out).refusal(ExitCode.FAILED))
            .as(command + " " + plugins)
            .startsWith(
                "palimpsest: the process ended with exit code 0 before the command was done")
            .contains("settings of ")
            .contains(jar.toString());
      }
    }
  }

  @Test
  void the_command_line_says_how_long_a_call_of_a_plugin_may_last()
      throws IOException, InterruptedException {
    Path jar = plugin.pack(temp.resolve("stuck/acme.jar"), "optimizer", "settings", "sleep");
    // which call it is in depends on the machine: a slow one may load plugins for as long as that
    assertThat(command("verify", jar, "--stall-timeout", "1s").refusal(ExitCode.FAILED))
        .startsWith("palimpsest: there was no progress for 1s, in ");
  }

  @Test
  void a_plugin_that_behaves_changes_neither_output_nor_exit_code()
      throws IOException, InterruptedException {
    Path jar = plugin.pack(temp.resolve("well/acme.jar"), "optimizer", "none", "exception");
    assertThat(command("list", "--plugins", jar.getParent()).ok().out())
        .containsPattern("acme.moody +optimizer +1 +0  unchecked  as moody as it is told to be");
    assertThat(command("describe", "acme.modo", "--plugins", jar.getParent()).refusal(2))
        .contains("unknown component 'acme.modo'");
  }
}
