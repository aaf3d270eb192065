package io.github.palimpsest.api.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of native libraries in {@code runners/docs/install.md} and the build. */
class NativeLibrariesTest {
  private static final Pom PARENT = Pom.in(Path.of(".."));

  private static String page() throws IOException {
    return Files.readString(Path.of("../runners/docs/install.md"));
  }

  /** The classifiers that the profile has of its own, or the defaults. */
  private static String row(String profile) {
    return Stream.of("tensorflow.classifier", "duckdb.classifier")
        .map(
            p ->
                "`%s`"
                    .formatted(
                        PARENT
                            .inProfile(profile, "properties", p)
                            .or(() -> PARENT.text("properties", p))
                            .orElseThrow()))
        .reduce("| `" + profile + "`", (a, b) -> a + " | " + b);
  }

  @Test
  void thePageHasTheClassifiersOfEveryProfile() throws IOException {
    assertThat(page())
        .contains(row("gpu"), row("linux-arm64"), row("macos-arm64"))
        .contains(row("none").replace("`none`", "none"));
  }

  @Test
  void thePageHasTheVersionsOfTheBuild() throws IOException {
    assertThat(page())
        .contains("TensorFlow " + PARENT.text("properties", "tensorflow.version").orElseThrow())
        .contains("DuckDB " + PARENT.text("properties", "duckdb.version").orElseThrow())
        .contains("tokenizers " + PARENT.text("properties", "djl.version").orElseThrow());
  }
}
