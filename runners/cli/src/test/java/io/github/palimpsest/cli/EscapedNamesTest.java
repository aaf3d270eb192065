package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An experiment whose names would steer a terminal. */
@Tag("native")
class EscapedNamesTest {
  /** A red word, a change of direction, and a sequence that begins with one character. */
  private static final String RAW = "x\u001b[31m\u202e\u009b2J";

  private static final String SHOWN = "x\\u001b[31m\\u202e\\u009b2J";

  @TempDir Path temp;

  private static void check(String what, String text) {
    assertThat(text).as(what).doesNotContain("\u001b", "\u202e", "\u009b");
  }

  @Test
  void names_are_shown_escaped_in_the_terminal_and_in_reports() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
    Path file = TinyModel.experiment(temp, model, data, "[sgd]");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("name: first", "name: \"x\\e[31m\\u202e\\u009b2J\"")
            .replace("name: tiny", "name: \"tiny\\e[31m\""));
    Path out = temp.resolve("out" + RAW);
    Command run = Command.run("run", file, "--out", out).ok();
    assertThat(run.out()).contains(SHOWN);
    assertThat(run.err()).contains("results in ", "out" + SHOWN);
    check("run", run.out() + run.err());
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("status", out),
            List.of("watch", out, "--once"),
            List.of("plan", file),
            List.of("report", out, "--json"),
            List.of("query", out, "SELECT * FROM scores"),
            List.of("query", out, "SELECT * FROM scores", "--csv"),
            List.of("query", out, "SELECT nothing FROM scores"))) {
      Command shown = Command.run(command.toArray());
      check(command.get(0).toString(), shown.out() + shown.err());
    }
    for (String ending : List.of("html", "md", "csv", "tex", "json", "txt")) {
      Path report = temp.resolve("report." + ending);
      Command.run("report", out, "--out", report).ok();
      check(ending, Files.readString(report));
    }
    assertThat(Files.readString(temp.resolve("report.html"))).contains(SHOWN);
    assertThat(Command.run("query", out, "SELECT 'a' || chr(10) || 'b' AS x, 1 AS y").ok().out())
        .as("a line for a row, and columns as wide as what is shown")
        .isEqualTo("x     y\n" + "a\\nb  1\n");
  }
}
