package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code new-plugin} makes; {@link NewPluginIT} builds it with Maven. */
@Tag("native")
class NewPluginTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path temp;

  private Path project(Kind kind, String id) {
    Path project = temp.resolve(id);
    Command.run("new-plugin", "--kind", kind.label(), "--id", id, project).ok();
    return project;
  }

  /** Compiles all sources as Maven would, and packs what is no test. */
  private Path jar(Path project, Path file) throws IOException {
    Path classes = project.resolve("target/classes");
    PluginFiles.compile(sources(project.resolve("src/main/java")), classes);
    Path tests = project.resolve("target/test-classes");
    PluginFiles.compile(sources(project.resolve("src/test/java")), tests, classes);
    Path service = Path.of("META-INF/services/io.github.palimpsest.api.Plugin");
    Files.createDirectories(classes.resolve(service).getParent());
    Files.copy(
        project.resolve("src/main/resources").resolve(service),
        classes.resolve(service),
        StandardCopyOption.REPLACE_EXISTING);
    return PluginFiles.pack(classes, file);
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void a_new_project_of_any_kind_is_listed_certified_and_used_in_an_experiment(Kind kind)
      throws IOException {
    String id = "acme.my-" + kind.label();
    Path project = project(kind, id);
    Path plugins = Files.createDirectory(temp.resolve("plugins"));
    jar(project, plugins.resolve("acme.jar"));
    Command.run("verify", id, "--plugins", plugins).ok();
    assertThat(Command.run("list", "--plugins", plugins, "--kind", kind.label()).ok().out().lines())
        .filteredOn(line -> line.startsWith(id + " "))
        .singleElement()
        .satisfies(line -> assertThat(line).contains(kind.label(), "certified", "(acme.jar 2.3)"));
    JsonNode certificate = JSON.readTree(plugins.resolve("certificates/" + id + ".json").toFile());
    assertThat(certificate.path("verdicts").findValuesAsText("verdict"))
        .as("verdicts on %s", id)
        .doesNotContain("FAILED", "WARNED");
    runs(kind, id, project.resolve("grid"), plugins);
  }

  /** The grid of the project, with fewer steps. */
  private void runs(Kind kind, String id, Path grid, Path plugins) throws IOException {
    if (kind == Kind.FAMILY) {
      Command.run(
              "bench",
              "fresh",
              grid.resolve("shape"),
              "--out",
              grid.resolve("model"),
              "--plugins",
              plugins)
          .ok();
    }
    Path file = grid.resolve("experiment.yaml");
    Path out = temp.resolve("out");
    Path shown = temp.resolve("shown.csv");
    List<Object> run =
        new ArrayList<>(
            List.of("run", file, "--set", "steps=3", "--plugins", plugins, "--out", out));
    if (kind == Kind.TRACKER) {
      run.addAll(List.of("--set", "shown=" + shown));
    }
    Command.run(run.toArray()).ok();
    String metrics = kind == Kind.METRIC ? id : "forgetting";
    if (kind == Kind.TRACKER) {
      assertThat(shown).content().contains(",train%2Floss,6,", ",score%2Fsorting,6,");
      List<String> lines = Files.readAllLines(shown);
      Command.run("watch", out, "--once", "--plugins", plugins, "--track", id + "=" + shown).ok();
      assertThat(Files.readAllLines(shown)).as("shown already").isEqualTo(lines);
    }
    // the plugin is not needed to read what it made
    JsonNode report = JSON.readTree(Command.run("report", out, "--json").ok().out());
    if (kind == Kind.MEASURE) {
      assertThat(report.path("measure").asText()).isEqualTo(id);
      assertThat(report.path("higher_is_better").asBoolean()).isTrue();
    }
    assertThat(report.path("missing").asInt()).isZero();
    assertThat(report.at("/recipes/0/metrics").has(metrics))
        .as("%s in %s", metrics, report)
        .isTrue();
    if (kind == Kind.PROBE) {
      assertThat(report.toString()).contains("\"" + id);
    }
  }

  private static List<String> ids(Path experiment, Path plugins) throws IOException {
    String plan = Command.run("plan", experiment, "--json", "--plugins", plugins).ok().out();
    return JSON.readTree(plan).path("cells").findValuesAsText("id");
  }

  @Test
  void the_jar_of_a_measure_is_part_of_each_cell() throws IOException {
    Path project = project(Kind.MEASURE, "acme.f1");
    Path plugins = Files.createDirectory(temp.resolve("plugins"));
    jar(project, plugins.resolve("acme.jar"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 8);
    Path file = TinyModel.experiment(temp, TinyModel.save(temp.resolve("model")), data, "[sgd]");
    Files.writeString(
        file, Files.readString(file).replace("held-out: 4", "held-out: 4, measure: acme.f1"));
    List<String> before = ids(file, plugins);
    Path out = temp.resolve("out");
    Command.run("run", file, "--plugins", plugins, "--out", out).ok();

    Path source = project.resolve("src/main/java/acme/f1/F1.java");
    Files.writeString(source, Files.readString(source).replace("2.0 * common", "1.5 * common"));
    Path other = Files.createDirectory(temp.resolve("other"));
    jar(project, other.resolve("acme.jar"));
    assertThat(ids(file, other)).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
    assertThat(Command.run("run", file, "--plugins", other, "--out", out).refusal(ExitCode.USAGE))
        .contains("differs in task.1.measure-code: 'first'; task.2.measure-code: 'second'");
  }

  @Test
  void a_project_has_a_readme_a_build_a_kit_test_and_a_ci_file_without_placeholders()
      throws IOException {
    Path project = project(Kind.METRIC, "acme.lost-ground");
    assertThat(project.resolve("README.md")).content().contains("acme-lost-ground-1.0.0.jar");
    assertThat(project.resolve(".github/workflows/verify.yml")).content().contains("mvn");
    assertThat(project.resolve("src/test/java/acme/lostground/LostGroundKitTest.java"))
        .content()
        .contains("extends PluginKit", "new LostGroundPlugin()");
    assertThat(project.resolve("pom.xml"))
        .content()
        .contains("<artifactId>acme-lost-ground</artifactId>", "[0.2,0.3)");
    assertThat(project.resolve("mvnw")).isExecutable();
    assertThat(project.resolve(".mvn/wrapper/maven-wrapper.properties")).isNotEmptyFile();
    assertThat(project.resolve("grid/experiment.yaml")).content().contains("acme.lost-ground");
    assertThat(project.resolve("grid")).isDirectoryNotContaining(Files::isDirectory);
    for (Path file : sources(project)) {
      assertThat(file.toString()).doesNotContain("__");
      assertThat(file)
          .content()
          .as("placeholders of %s", file)
          .doesNotContain("${package}", "${className}", "${id}", "${kind}", "Version}");
    }
  }

  /** The archetype plugin reads these files as Velocity templates; new-plugin replaces names. */
  @Test
  void templates_mean_the_same_to_maven() throws IOException {
    Path templates = Path.of("../../tck/archetype/src/main/resources/archetype-resources");
    assertThat(sources(templates)).isNotEmpty();
    for (Path file : sources(templates)) {
      assertThat(file)
          .content()
          .as("directives, references and comments of Velocity in %s", file)
          .doesNotContainPattern(
              "#(#|\\*|set|if|else|end|foreach|macro|parse|include|stop|evaluate)")
          .doesNotContainPattern("[$][!A-Za-z]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter", "new", "override", "list", "bound", "a-2b", "string"})
  void any_name_gives_a_project_that_compiles(String name) throws IOException {
    Path project = project(Kind.ADAPTER, "my-lab." + name);
    Path jar = jar(project, temp.resolve("lab.jar"));
    assertThat(jar).isRegularFile();
  }

  @Test
  void what_cannot_be_made_is_refused_by_name() throws IOException {
    assertThat(
            Command.run("new-plugin", "--kind", "metric", "--id", "foo", temp.resolve("x"))
                .refusal(ExitCode.USAGE))
        .contains("'foo' needs a vendor prefix, such as acme.foo");
    assertThat(
            Command.run("new-plugin", "--kind", "metric", "--id", "Acme.foo", temp.resolve("x"))
                .refusal(ExitCode.USAGE))
        .contains("Acme.foo");
    assertThat(temp.resolve("x")).doesNotExist();
    Path full = Files.createDirectory(temp.resolve("full"));
    Files.writeString(full.resolve("mine.txt"), "keep");
    assertThat(
            Command.run("new-plugin", "--kind", "metric", "--id", "acme.foo", full)
                .refusal(ExitCode.USAGE))
        .contains("full' is not empty");
    Command unknown = Command.run("new-plugin", "--kind", "metrics", "--id", "acme.foo", full);
    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("'metrics'");
  }
}
