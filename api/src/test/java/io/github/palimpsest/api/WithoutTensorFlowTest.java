package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What takes part in no graph is readable and testable without TensorFlow (decision 0035). */
class WithoutTensorFlowTest {
  private static final Path API = Path.of("src/main/java/io/github/palimpsest/api");

  private static final List<String> PACKAGES =
      List.of("component", "data", "merger", "metric", "probe", "random", "recipe");

  /** Values that these packages are made with. */
  private static final List<String> VALUES =
      List.of(
          "model/FinishedModel.java",
          "model/InputSpec.java",
          "parameter/ParameterSpec.java",
          "parameter/Shape.java",
          "parameter/Space.java",
          "parameter/WeightSnapshot.java");

  private static List<Path> sources(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(API.resolve(folder))) {
      return all.filter(p -> p.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void data_mergers_metrics_probes_and_recipes_do_not_mention_it() throws IOException {
    for (String folder : PACKAGES) {
      assertThat(sources(folder)).as(folder).isNotEmpty();
      for (Path source : sources(folder)) {
        assertThat(source).content().as("%s", source).doesNotContain("org.tensorflow");
      }
    }
  }

  @Test
  void nor_do_the_values_that_they_are_handed() {
    for (String value : VALUES) {
      assertThat(API.resolve(value)).content().as(value).doesNotContain("org.tensorflow");
    }
  }
}
