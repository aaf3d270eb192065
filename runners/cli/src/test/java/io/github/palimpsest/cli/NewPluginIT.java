package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    assertThat(project.resolve("target/certificates/acme.my-" + name + ".json")).isRegularFile();
    assertThat(run(temp, command, "verify", jar.toString())).contains(": certified; ");
  }

  private static String userRepository() {
    String told = System.getProperty("user.repository", "");
    return told.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".m2", "repository").toString()
        : told;
  }

  private static String run(Path folder, String... command)
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
    assertThat(code).as("exit code of %s: %s", all, said).isZero();
    return said;
  }
}
