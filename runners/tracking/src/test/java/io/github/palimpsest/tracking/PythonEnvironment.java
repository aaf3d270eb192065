package io.github.palimpsest.tracking;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The Python that tests of other programs' readers use where there is one: what the environment
 * variable {@code PALIMPSEST_PYTHON} names, or {@code python3}.
 */
final class PythonEnvironment {
  private PythonEnvironment() {}

  static String python() {
    return System.getenv().getOrDefault("PALIMPSEST_PYTHON", "python3");
  }

  /** Skips the test where Python does not have a module. */
  static void require(String module) {
    assumeTrue(
        has(module), "PALIMPSEST_PYTHON or python3 has the module '" + module + "', as this needs");
  }

  private static boolean has(String module) {
    String code =
        "import importlib.util as u, sys; sys.exit(u.find_spec('" + module + "') is None)";
    try {
      Process process =
          new ProcessBuilder(python(), "-c", code)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no Python
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a program prints. */
  static List<String> run(String code, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(python(), "-c", code));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      return out.lines().toList();
    }
  }
}
