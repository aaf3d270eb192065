package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class TrackedRunTest {
  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
    file = TinyModel.experiment(temp, model, data, "[adamw, sgd]");
  }

  private static List<Path> results(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out.resolve("cells"))) {
      return files.filter(f -> f.endsWith("result.json")).sorted().toList();
    }
  }

  @Test
  void trackers_change_no_byte_of_a_result_and_a_server_that_is_down_fails_nothing()
      throws IOException {
    Path plain = temp.resolve("plain");
    Command.run("run", file, "--out", plain).ok();
    String uri;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      uri = "http://127.0.0.1:" + unused.getLocalPort();
    }
    Path board = temp.resolve("board");
    Files.writeString(
        file,
        Files.readString(file)
            + "track: {tensorboard: \"DIR\", mlflow: \"URI\"}\n"
                .replace("DIR", board.toString())
                .replace("URI", uri));

    Path tracked = temp.resolve("tracked");
    Command run = Command.run("run", file, "--out", tracked).ok();
    assertThat(run.err())
        .contains("MLflow at " + uri + " is not up to date: ")
        .doesNotContain("\tat ");
    assertThat(results(tracked)).hasSize(2);
    for (Path result : results(tracked)) {
      assertThat(result).hasSameBinaryContentAs(plain.resolve(tracked.relativize(result)));
    }
    try (Stream<Path> cells = Files.list(board)) {
      assertThat(cells.map(c -> c.getFileName().toString().replaceFirst("-.*", "")))
          .containsExactlyInAnyOrder("adamw", "sgd");
    }
  }

  @Test
  void an_address_that_is_none_is_refused_before_anything_is_written() {
    Path out = temp.resolve("out");
    assertThat(
            Command.run("run", file, "--out", out, "--mlflow", "localhost:5000")
                .refusal(ExitCode.USAGE))
        .contains("MLflow's URI 'localhost:5000' is not http://HOST:PORT");
    assertThat(out).doesNotExist();
  }

  @Test
  void a_tracker_that_nobody_offers_and_a_password_in_any_target_are_refused() {
    Path out = temp.resolve("out");
    assertThat(
            Command.run("run", file, "--out", out, "--track", "tensorbord=runs")
                .refusal(ExitCode.USAGE))
        .contains("unknown tracker 'tensorbord'", "'tensorboard'");
    assertThat(Command.run("run", file, "--out", out, "--track", "runs").refusal(ExitCode.USAGE))
        .contains("a tracker is named as WORD=TARGET");
    assertThat(
            Command.run("run", file, "--out", out, "--track", "acme.x=ftp://me:s3cret@host")
                .refusal(ExitCode.USAGE))
        .contains("must not hold a user, a password or a token")
        .doesNotContain("s3cret");
    assertThat(out).doesNotExist();
  }

  @Test
  void a_misspelled_tracker_of_the_file_is_refused_at_planning_with_its_line() throws IOException {
    String text = Files.readString(file);
    long lines = text.lines().count();
    Files.writeString(file, text + "track: {tensorbord: runs}\n");
    Path out = temp.resolve("out");
    String expected = (lines + 1) + ":9: unknown tracker 'tensorbord'; did you mean 'tensorboard'?";
    assertThat(Command.run("plan", file, "--calibration", 0).refusal(ExitCode.USAGE))
        .contains(expected);
    assertThat(Command.run("run", file, "--out", out).refusal(ExitCode.USAGE)).contains(expected);
    assertThat(out).doesNotExist();
  }

  @Test
  void a_password_in_an_address_is_refused_wherever_it_stands_and_reaches_no_file()
      throws IOException {
    Path out = temp.resolve("out");
    String secret = "http://me:s3cret@127.0.0.1:1";
    assertThat(Command.run("run", file, "--out", out, "--mlflow", secret).refusal(ExitCode.USAGE))
        .contains("MLFLOW_TRACKING_PASSWORD")
        .doesNotContain("s3cret");
    assertThat(Command.run("watch", temp, "--mlflow", secret).refusal(ExitCode.USAGE))
        .doesNotContain("s3cret");
    String text = Files.readString(file);
    Files.writeString(file, text + "variables: {uri: \"http://h\"}\ntrack: {mlflow: \"${uri}\"}\n");
    assertThat(
            Command.run("run", file, "--out", out, "--set", "uri=" + secret)
                .refusal(ExitCode.USAGE))
        .contains(".yaml:")
        .doesNotContain("s3cret");
    Files.writeString(file, text + "track: {mlflow: \"" + secret + "\"}\n");
    assertThat(Command.run("plan", file).refusal(ExitCode.USAGE)).doesNotContain("s3cret");
    assertThat(out).doesNotExist();
  }
}
