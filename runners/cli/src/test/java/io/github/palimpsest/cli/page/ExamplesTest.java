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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plugin projects among the examples compile with their tests, and a host finds one of each
 * kind. {@code .ci/run} builds all of them with Maven, as their authors would, which certifies
 * them.
 */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples");
  private static final String SERVICE =
      "src/main/resources/META-INF/services/io.github.palimpsest.api.Plugin";

  @TempDir Path temp;

  private static List<Path> projects() throws IOException {
    try (Stream<Path> all = Files.list(EXAMPLES)) {
      return all.filter(p -> Files.exists(p.resolve(SERVICE))).sorted().toList();
    }
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(f -> f.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void there_is_a_plugin_of_every_kind_and_a_host_finds_it() throws IOException {
    List<Path> main = new ArrayList<>();
    List<Path> tests = new ArrayList<>();
    StringBuilder plugins = new StringBuilder();
    for (Path project : projects()) {
      main.addAll(sources(project.resolve("src/main/java")));
      tests.addAll(sources(project.resolve("src/test/java")));
      plugins.append(Files.readString(project.resolve(SERVICE)));
    }
    Path classes = temp.resolve("classes");
    PluginFiles.compile(main, classes);
    PluginFiles.compile(tests, temp.resolve("test-classes"), classes);
    PluginFiles.serve(classes, plugins.toString());
    Path folder = Files.createDirectory(temp.resolve("plugins"));
    PluginFiles.pack(classes, folder.resolve("acme.jar"));

    for (Kind kind : Kind.values()) {
      Command list = Command.run("list", "--kind", kind.label(), "--plugins", folder).ok();
      assertThat(list.out().lines()).as(kind.label()).anyMatch(line -> line.startsWith("acme."));
    }
  }

  @Test
  void one_build_file_names_every_project_and_continuous_integration_builds_it()
      throws IOException {
    String all = Files.readString(EXAMPLES.resolve("pom.xml"));
    assertThat(projects())
        .hasSizeGreaterThanOrEqualTo(Kind.values().length)
        .allSatisfy(p -> assertThat(all).contains("<module>" + p.getFileName() + "</module>"));
    assertThat(Path.of("../../.ci/run"))
        .content()
        .contains("\n./mvnw -q -f runners/examples verify\n");
  }
}
