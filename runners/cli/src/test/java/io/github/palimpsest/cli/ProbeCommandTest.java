package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ProbeCommandTest {
  @TempDir Path temp;
  private Path out;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
    file = TinyModel.experiment(temp, model, data, "[adamw, sgd]");
    out = temp.resolve("out");
  }

  private static TreeMap<String, byte[]> bytes(Path folder) throws IOException {
    TreeMap<String, byte[]> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path f : files.filter(Files::isRegularFile).toList()) {
        all.put(folder.relativize(f).toString(), Files.readAllBytes(f));
      }
    }
    return all;
  }

  @Test
  void finished_cells_are_measured_once_and_the_report_shows_it() throws IOException {
    Files.writeString(file, Files.readString(file) + "probes: [weight-distance]\n");
    Command.run("run", file, "--out", out).ok();
    Command measured =
        Command.run("probe", out, "--probes", "sam-gap(rho=0.1)", "--probes", "kl-drift", "--json");
    JsonNode all = new ObjectMapper().readTree(measured.ok().out());
    assertThat(all).as("two stages before the last and two cells, two probes").hasSize(8);
    JsonNode stage = all.get(0);
    assertThat(stage.path("on").asText()).as("its own task").isEqualTo("first");
    assertThat(stage.at("/cost/passes").asInt()).as("two losses and a gradient").isEqualTo(5);
    assertThat(stage.path("loss").asDouble())
        .as("the loss that the probe sees too")
        .isEqualTo(stage.at("/values/loss").asDouble());
    assertThat(stage.path("distance").asDouble()).isPositive();
    JsonNode cell = all.get(4);
    assertThat(cell.path("probe").asText()).isEqualTo("sam-gap(rho=0.1)");
    assertThat(cell.path("on").asText()).as("the last task").isEqualTo("second");
    assertThat(cell.path("examples").asInt()).as("16 less 4 held out").isEqualTo(12);
    assertThat(cell.at("/values/gap").asDouble()).as("the ascent climbs").isPositive();
    assertThat(measured.err())
        .contains("2 stages and 2 cells, 2 probes, up to 9 forward passes each");
    Command again =
        Command.run("probe", out, "--probes", "sam-gap(rho=0.1) + kl-drift", "--json").ok();
    assertThat(again.out()).isEqualTo(measured.out());
    assertThat(again.err()).as("nothing is measured twice").doesNotContain("[1/8]");
    Command end = Command.run("probe", out, "--at", "end", "--probes", "kl-drift").ok();
    assertThat(end.out().lines()).as("two numbers of two cells").hasSize(4);
    assertThat(end.out()).contains("  at the end  kl-drift  forward  ");
    assertThat(bytes(out.resolve("probes")).values())
        .as("with the weight distance that the file asks for")
        .hasSize(6);
    assertThat(bytes(out.resolve("stage-probes"))).as("likewise").hasSize(6);
    Path html = temp.resolve("report.html");
    Command.run("report", out, "--out", html).ok();
    assertThat(Files.readString(html))
        .contains("sam-gap(rho=0.1), gap, on second", "weight-distance, relative-distance")
        .contains("Sam-gap(rho=0.1), gap, 12 examples, after first, against forgetting of first")
        .contains("fewer than 20 independent runs");
  }

  @Test
  void the_same_landscape_twice_gives_the_same_bytes() throws IOException {
    Command.run("run", file, "--out", out).ok();
    Command first = Command.run("landscape", out, "--grid", 5, "--span", 0.5).ok();
    assertThat(first.out().lines()).as("a picture a cell").hasSize(2);
    TreeMap<String, byte[]> one = bytes(out.resolve("landscapes"));
    TreeMap<String, byte[]> measured = bytes(out.resolve("probes"));
    assertThat(one).as("csv and png").hasSize(4);
    for (Path folder : new Path[] {out.resolve("landscapes"), out.resolve("probes")}) {
      for (String name : bytes(folder).keySet()) {
        Files.delete(folder.resolve(name));
      }
    }
    Command.run("landscape", out, "--grid", 5, "--span", 0.5).ok();
    bytes(out.resolve("landscapes"))
        .forEach((name, content) -> assertThat(content).as(name).isEqualTo(one.get(name)));
    bytes(out.resolve("probes"))
        .forEach((name, content) -> assertThat(content).as(name).isEqualTo(measured.get(name)));
    String csv = new String(one.get(one.firstKey()), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(csv.lines()).hasSize(1 + 25);
  }

  @Test
  void what_cannot_be_measured_is_refused_with_a_reason() throws IOException {
    Files.createDirectories(out.resolve("cells"));
    assertThat(Command.run("probe", out).refusal(ExitCode.USAGE))
        .contains("does not name its experiment");
    Command.run("run", file, "--out", temp.resolve("ran")).ok();
    Path ran = temp.resolve("ran");
    assertThat(Command.run("probe", ran, "nonesuch").refusal(ExitCode.USAGE))
        .contains("cell 'nonesuch' names none of the plan's 2 cells");
    assertThat(Command.run("probe", ran, "--probes", "sam-gab").refusal(ExitCode.USAGE))
        .contains("did you mean 'sam-gap'?");
    assertThat(Command.run("probe", ran, "--at", "stages", "--on", "second").refusal(2))
        .contains("--on second is of the final weights: a stage is probed on its own data");
    Command at = Command.run("probe", ran, "--at", "first");
    assertThat(at.code()).isEqualTo(ExitCode.USAGE);
    assertThat(at.err()).contains("'first' must be one of stages, end, both");
    Command on = Command.run("probe", ran, "--on", "secondd");
    assertThat(on.code()).isEqualTo(ExitCode.USAGE);
    assertThat(on.err()).contains("there is no task or evaluation set 'secondd'");
    assertThat(ran.resolve("stage-probes"))
        .as("refused before anything is measured")
        .doesNotExist();
    assertThat(Command.run("report", ran, "--out", "x.pdf").refusal(ExitCode.USAGE))
        .contains("must end in one of .txt, .html");
  }

  @Test
  void cells_of_a_plugin_that_has_moved_name_its_jar_and_are_read_with_its_new_folder()
      throws IOException {
    Path plugins = Files.createDirectory(temp.resolve("plugins"));
    PluginJar.write(plugins.resolve("acme-2.3.jar"), true);
    Files.writeString(file, Files.readString(file).replace("[adamw, sgd]", "[acme.descent]"));
    Command.run("run", file, "--out", out, "--plugins", plugins).ok();
    Path moved = Files.move(plugins, temp.resolve("moved"));
    assertThat(Command.run("probe", out, "--probes", "kl-drift").refusal(ExitCode.USAGE))
        .contains("plugin folder '" + plugins + "' is not a folder")
        .contains("the run had acme.descent of acme-2.3.jar in '" + plugins + "'")
        .contains("give --plugins DIR");
    Files.createDirectory(plugins);
    assertThat(Command.run("save", out, "--out", temp.resolve("saved")).refusal(ExitCode.USAGE))
        .contains("unknown component 'acme.descent': no plugin here has components of 'acme.'")
        .contains("the run had acme.descent of acme-2.3.jar in '" + plugins + "'")
        .doesNotContain("adamw");
    Command.run("probe", out, "--probes", "kl-drift", "--plugins", moved).ok();
    Command.run("save", out, "--out", temp.resolve("saved"), "--plugins", moved).ok();
    assertThat(temp.resolve("saved/model.safetensors")).isRegularFile();
  }
}
