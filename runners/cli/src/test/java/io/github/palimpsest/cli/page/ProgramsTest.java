package io.github.palimpsest.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs among the examples compile, and their build files ask for modules that exist. What
 * runs them, Gradle and JBang, is no part of the build.
 */
class ProgramsTest {
  private static final Path EXAMPLES = Path.of("../examples");
  private static final Path GRADLE = EXAMPLES.resolve("gradle");
  private static final Path SCRIPT = EXAMPLES.resolve("jbang/two_tasks.java");
  private static final Pattern MODULE =
      Pattern.compile("io\\.github\\.palimpsest:(palimpsest-[a-z-]+)");
  private static final Pattern BOM =
      Pattern.compile("io\\.github\\.palimpsest:palimpsest-bom:([\\w.-]+)");
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path temp;

  private static String pom(String path) throws IOException {
    return Files.readString(Path.of("..").resolve(path));
  }

  private static void asksForModulesOfThisVersion(Path file) throws IOException {
    String text = Files.readString(file);
    String bom = pom("bom/pom.xml");
    List<String> modules = MODULE.matcher(text).results().map(m -> m.group(1)).toList();
    assertThat(modules).contains("palimpsest-execution", "palimpsest-bom");
    assertThat(modules)
        .allSatisfy(m -> assertThat(bom).contains("<artifactId>" + m + "</artifactId>"));
    assertThat(BOM.matcher(text).results().map(m -> m.group(1)))
        .singleElement()
        .satisfies(version -> assertThat(bom).contains("<version>" + version + "</version>"));
  }

  @Test
  void the_program_built_by_gradle_is_that_of_the_readme_and_compiles() throws IOException {
    Path program = GRADLE.resolve("src/main/java/TwoTasks.java");
    String readme = Files.readString(Path.of("../../README.md"));
    assertThat(JAVA.matcher(readme).results().map(m -> m.group(1)))
        .anySatisfy(shown -> assertThat(program).content().endsWith(shown));
    PluginFiles.compile(List.of(program), temp.resolve("classes"));
  }

  @Test
  void the_build_file_of_gradle_asks_for_modules_of_this_version() throws IOException {
    asksForModulesOfThisVersion(GRADLE.resolve("build.gradle"));
  }

  @Test
  void the_script_of_jbang_compiles_and_asks_for_modules_of_this_version() throws IOException {
    asksForModulesOfThisVersion(SCRIPT);
    PluginFiles.compile(List.of(SCRIPT), temp.resolve("classes"));
  }
}
