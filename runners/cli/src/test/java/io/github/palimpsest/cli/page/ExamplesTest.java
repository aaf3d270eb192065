package io.github.palimpsest.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.cli.Command;
import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plugin projects among the examples. They are compiled into one JAR here and certified; {@code
 * .ci/run} builds each with Maven, as its author would.
 */
@Tag("native")
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples");
  private static final String SERVICE =
      "src/main/resources/META-INF/services/io.github.palimpsest.api.Plugin";

  /** Certified in {@code VerifyTest}, the last one with what transformers computes. */
  private static final List<String> ELSEWHERE = List.of("acme-sam", "acme-granite");

  @TempDir Path temp;

  private static List<Path> projects() throws IOException {
    try (Stream<Path> all = Files.list(EXAMPLES)) {
      return all.filter(p -> Files.exists(p.resolve("pom.xml"))).sorted().toList();
    }
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(f -> f.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void there_is_a_certified_plugin_of_every_kind() throws IOException {
    List<Path> main = new ArrayList<>();
    List<Path> tests = new ArrayList<>();
    StringBuilder plugins = new StringBuilder();
    for (Path project : projects()) {
      tests.addAll(sources(project.resolve("src/test/java")));
      main.addAll(sources(project.resolve("src/main/java")));
      if (!ELSEWHERE.contains(project.getFileName().toString())) {
        plugins.append(Files.readString(project.resolve(SERVICE)));
      }
    }
    Path classes = temp.resolve("classes");
    PluginFiles.compile(main, classes);
    PluginFiles.compile(tests, temp.resolve("test-classes"), classes);
    PluginFiles.serve(classes, plugins.toString());
    Path folder = Files.createDirectory(temp.resolve("plugins"));
    Path jar = PluginFiles.pack(classes, folder.resolve("acme.jar"));

    assertThat(Command.run("verify", jar).ok().out()).doesNotContain(" failed\n", "warned  ");

    List<String> listed =
        Command.run("list", "--plugins", folder).ok().out().lines().toList().stream()
            .filter(line -> line.startsWith("acme."))
            .toList();
    assertThat(listed).allSatisfy(line -> assertThat(line).contains(" certified "));
    for (Kind kind : Kind.values()) {
      if (kind != Kind.FAMILY) {
        assertThat(listed).as(kind.label()).anyMatch(line -> line.contains(" " + kind.label()));
      }
    }
  }

  @Test
  void one_build_file_names_every_project_that_has_one() throws IOException {
    String all = Files.readString(EXAMPLES.resolve("pom.xml"));
    assertThat(projects())
        .hasSizeGreaterThan(10)
        .allSatisfy(p -> assertThat(all).contains("<module>" + p.getFileName() + "</module>"));
  }
}
