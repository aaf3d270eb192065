package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionCommandTest {
  @TempDir Path folder;

  /** What Bash offers for the last of the words. */
  private List<String> offered(String... words) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no Bash");
    Path script = folder.resolve("completion");
    Files.writeString(script, Command.run("completion").ok().out());
    Path answer = folder.resolve("answer");
    String text =
        """
        source %s || exit 1
        COMP_WORDS=(palimpsest %s)
        COMP_CWORD=%d
        _complete_palimpsest
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(script, String.join(" ", words), words.length);
    Process bash =
        new ProcessBuilder("/bin/bash", "--norc", "-c", text)
            .redirectOutput(answer.toFile())
            // outside a completion Bash says that there is none
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int code = bash.waitFor();
    assertThat(code).isZero();
    return Files.readString(answer, StandardCharsets.UTF_8).lines().map(String::strip).toList();
  }

  @Test
  void bashCompletesACommand() throws IOException, InterruptedException {
    assertThat(offered("eval")).containsExactly("evaluate");
  }

  @Test
  void bashCompletesAnOptionOfACommand() throws IOException, InterruptedException {
    assertThat(offered("list", "--ki")).containsExactly("--kind");
  }

  @Test
  void everyCommandIsInTheScript() {
    String script = Command.run("completion").ok().out();

    assertThat(Main.commandLine().getSubcommands().keySet())
        .contains("run", "completion")
        .allSatisfy(c -> assertThat(script).contains("=(" + c + ")"));
  }
}
