package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.results.folder.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The distribution as an outsider uses it: a new project, {@code mvn verify}, {@code verify} of the
 * JAR that it made. Run by {@code mvnw -Poutsider -DskipTests verify -pl runners/cli -am}. Offline,
 * and with a local repository that goes with the test; what is not of this project comes from the
 * user's.
 */
class NewPluginIT {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  @TempDir Path temp;
  private String archetypeVersion = "";

  @ParameterizedTest
  @EnumSource(Kind.class)
  void a_new_project_builds_at_once_and_its_jar_is_certified(Kind kind) throws Exception {
    String name = kind.name().toLowerCase(Locale.ROOT);
    Path project = temp.resolve(name);
    String command = ROOT.resolve("runners/bin/palimpsest").toString();
    run(temp, command, "new-plugin", "--kind", name, "--id", "acme.my-" + name, name);
    run(
        project,
        project.resolve("mvnw").toString(),
        "-B",
        "-o",
        "-Daether.offline.protocols=file",
        "-Dmaven.repo.local=" + temp.resolve("local"),
        "-Dmaven.repo.local.tail=" + userRepository(),
        "verify");
    Path jar = project.resolve("target/acme-my-" + name + "-1.0.0.jar");
    JsonNode kept =
        new ObjectMapper()
            .readTree(project.resolve("target/certificates/acme.my-" + name + ".json").toFile());
    assertThat(kept.path("certified").asBoolean()).isTrue();
    assertThat(kept.path("version").asText()).isEqualTo("1.0.0");
    assertThat(kept.path("jar").asText()).isEqualTo(jar.getFileName().toString());
    assertThat(kept.path("sha256").asText()).isEqualTo(Fingerprint.of(jar));
    assertThat(run(temp, command, "verify", jar.toString())).contains(": certified; ");
  }

  /** The archetype in the local repository of the test, as 'install' puts it there. */
  private String archetype() throws IOException {
    Path target = ROOT.resolve("tck/archetype/target");
    Pattern name = Pattern.compile("palimpsest-plugin-archetype-(.*(?<!-sources))[.]jar");
    try (Stream<Path> files = Files.list(target)) {
      Matcher jar =
          files
              .map(f -> name.matcher(f.getFileName().toString()))
              .filter(Matcher::matches)
              .findFirst()
              .orElseThrow();
      String version = jar.group(1);
      install(target.resolve(jar.group()), "plugin-archetype", version, "jar");
      install(ROOT.resolve("tck/archetype/pom.xml"), "plugin-archetype", version, "pom");
      install(ROOT.resolve("pom.xml"), "parent", version, "pom");
      return version;
    }
  }

  private void install(Path file, String name, String version, String type) throws IOException {
    String artifact = "palimpsest-" + name;
    Path folder = temp.resolve("local/io/github/palimpsest").resolve(artifact).resolve(version);
    Files.createDirectories(folder);
    Files.copy(file, folder.resolve(artifact + "-" + version + "." + type));
  }

  private String generate(int code, String kind, String id, String className) throws Exception {
    return run(
        code,
        temp,
        ROOT.resolve("mvnw").toString(),
        "-B",
        "-o",
        "-Dmaven.repo.local=" + temp.resolve("local"),
        "-Dmaven.repo.local.tail=" + userRepository(),
        "org.apache.maven.plugins:maven-archetype-plugin:3.4.1:generate",
        "-DarchetypeCatalog=local",
        "-DarchetypeGroupId=io.github.palimpsest",
        "-DarchetypeArtifactId=palimpsest-plugin-archetype",
        "-DarchetypeVersion=" + archetypeVersion,
        "-DgroupId=acme",
        "-DartifactId=acme-foo",
        "-Dpackage=acme.foo",
        "-Dkind=" + kind,
        "-Did=" + id,
        "-DclassName=" + className);
  }

  @Test
  void the_archetype_refuses_what_the_command_refuses_and_leaves_nothing() throws Exception {
    archetypeVersion = archetype();
    assertThat(generate(1, "optimiser", "acme.foo", "Foo"))
        .contains("'optimiser' is no kind of component; known: adapter, family, format");
    assertThat(generate(1, "merger", "foo", "Foo"))
        .contains("component id 'foo' needs a vendor prefix, such as acme.foo");
    assertThat(generate(1, "merger", "Acme.Foo", "Foo"))
        .contains("component id 'Acme.Foo' is not a name");
    assertThat(generate(1, "merger", "acme.foo", "Merger"))
        .contains("className 'Merger' is a type that the project uses");
    assertThat(temp.resolve("acme-foo")).doesNotExist();
    assertThat(generate(0, "merger", "acme.foo", "Foo")).doesNotContain("override file");
    assertThat(temp.resolve("acme-foo/src/main/java/acme/foo/Foo.java")).isRegularFile();
    assertThat(temp.resolve("acme-foo/grid")).isDirectoryNotContaining(Files::isDirectory);
  }

  private static String userRepository() {
    String told = System.getProperty("user.repository", "");
    return told.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".m2", "repository").toString()
        : told;
  }

  private static String run(Path folder, String... command)
      throws IOException, InterruptedException {
    return run(0, folder, command);
  }

  private static String run(int expected, Path folder, String... command)
      throws IOException, InterruptedException {
    Path log = folder.resolve("command.txt");
    List<String> all = new ArrayList<>(List.of(command));
    Process process =
        new ProcessBuilder(all)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int code = process.waitFor();
    String said = Files.readString(log);
    Files.delete(log);
    assertThat(code).as("exit code of %s: %s", all, said).isEqualTo(expected);
    return said;
  }
}
