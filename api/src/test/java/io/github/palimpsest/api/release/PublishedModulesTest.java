package io.github.palimpsest.api.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublishedModulesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pom PARENT = Pom.in(ROOT);
  private static final Pom BOM = Pom.in(ROOT.resolve("runners/bom"));

  private static List<String> modulesWithCode() {
    return PARENT
        .reactor()
        .filter(Pom::hasJar)
        .map(p -> p.artifact() + ":${project.version}")
        .toList();
  }

  @Test
  void theBomHasEveryModuleWithCodeAndNothingElse() {
    assertThat(BOM.managed()).containsExactlyInAnyOrderElementsOf(modulesWithCode());
    assertThat(BOM.all("dependencyManagement", "dependencies", "dependency"))
        .hasSize(modulesWithCode().size());
  }

  @Test
  void theParentHasAVersionForEveryModuleWithCode() {
    assertThat(PARENT.managed()).containsExactlyInAnyOrderElementsOf(modulesWithCode());
  }

  @Test
  void everyModuleHasTheVersionOfTheParent() {
    String version = PARENT.text("version").orElseThrow();

    assertThat(PARENT.reactor().skip(1))
        .hasSizeGreaterThan(20)
        .allSatisfy(p -> assertThat(p.text("parent", "version")).as(p.artifact()).hasValue(version))
        .allSatisfy(p -> assertThat(p.text("version")).as(p.artifact()).isEmpty());
  }

  @Test
  void everyModuleIsNamedAndDescribed() {
    assertThat(PARENT.reactor())
        .allSatisfy(p -> assertThat(p.text("name")).as(p.artifact()).isPresent())
        .allSatisfy(p -> assertThat(p.text("description")).as(p.artifact()).isPresent());
  }

  @Test
  void theParentHasWhatMavenCentralRequires() {
    assertThat(PARENT.text("url")).isPresent();
    assertThat(PARENT.text("licenses", "license", "name")).hasValue("Apache-2.0");
    assertThat(PARENT.text("developers", "developer", "name")).isPresent();
    assertThat(PARENT.text("scm", "url")).isEqualTo(PARENT.text("url"));
    assertThat(PARENT.text("scm", "connection")).isPresent();
    assertThat(PARENT.text("scm", "developerConnection")).isPresent();
    assertThat(PARENT.text("issueManagement", "url")).isPresent();
  }

  @Test
  void theAliasForJbangNamesThisVersion() throws IOException {
    String version = PARENT.text("version").orElseThrow();

    assertThat(Files.readString(ROOT.resolve("runners/jbang-catalog.json")))
        .contains("\"io.github.palimpsest:palimpsest-cli:" + version + "\"");
  }

  @Test
  void everyProjectExceptExamplesAndTemplatesIsAModule() {
    List<Path> built = PARENT.reactor().map(p -> p.folder().normalize()).toList();

    assertThat(Stream.of("api", "optimizers", "strategies", "runners", "tck").map(ROOT::resolve))
        .flatMap(PublishedModulesTest::projects)
        .isNotEmpty()
        .allSatisfy(p -> assertThat(built).contains(p));
  }

  /** The folders with a {@code pom.xml}, at most two levels below a folder at the top. */
  private static List<Path> projects(Path top) {
    try (Stream<Path> files = Files.find(top, 3, (p, a) -> p.endsWith("pom.xml"))) {
      return files
          .map(p -> p.getParent().normalize())
          .filter(p -> !p.startsWith(ROOT.resolve("runners/examples")))
          .filter(p -> !p.equals(ROOT.resolve("runners/spark"))) // -Pspark builds it alone
          .filter(p -> Stream.of("target", "src").noneMatch(n -> p.getParent().endsWith(n)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
