package io.github.palimpsest.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.cli.doctor.MissingParts.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingPartsTest {
  private static final Surroundings BARE =
      new Surroundings(List.of("lib/palimpsest-cli-0.1.0.jar"), Map.of(), p -> false);

  private static Surroundings spark(Map<String, String> variables, String... there) {
    Set<String> files = Set.of(there);
    return new Surroundings(
        List.of(
            "lib/palimpsest-spark-0.1.0.jar",
            "lib/spark-core_2.13-4.2.0.jar",
            "lib/hadoop-client-api-3.5.0.jar"),
        variables,
        p -> files.contains(p.toString()));
  }

  @Test
  void a_bare_installation_says_what_each_ability_needs_and_how_to_get_it() {
    assertThat(MissingParts.gpu(BARE).parts())
        .hasSize(3)
        .anyMatch(p -> p.contains("PALIMPSEST_GPU=1, or -Pgpu"))
        .anyMatch(p -> p.contains("libcudart.so.12"))
        .anyMatch(p -> p.contains("no NVIDIA driver"));
    assertThat(MissingParts.spark(BARE).parts())
        .hasSize(2)
        .anyMatch(p -> p.contains("PALIMPSEST_SPARK=1"))
        .anyMatch(p -> p.contains("SPARK_HOME is not set"));
    assertThat(MissingParts.spark(BARE).purpose()).contains("'work'").contains("need none");
    assertThat(MissingParts.remoteFileSystems(BARE).parts())
        .hasSize(2)
        .anyMatch(p -> p.contains("mounted file systems only"))
        .anyMatch(p -> p.contains("hadoop-aws"));
    assertThat(MissingParts.fileSystems(BARE)).containsExactly("mounted");
  }

  @Test
  void what_is_there_is_not_named() {
    Surroundings here = spark(Map.of("SPARK_HOME", "/opt/spark"), "/opt/spark/jars");
    assertThat(MissingParts.spark(here).parts()).isEmpty();
    assertThat(MissingParts.fileSystems(here)).containsExactly("mounted", "file", "hdfs");
    assertThat(MissingParts.remoteFileSystems(here).parts())
        .singleElement()
        .asString()
        .contains("hadoop-aws");
    Surroundings s3 =
        new Surroundings(
            List.of("hadoop-client-api-3.5.0.jar", "hadoop-aws-3.5.0.jar"), Map.of(), p -> false);
    assertThat(MissingParts.fileSystems(s3)).contains("s3a");
    assertThat(MissingParts.remoteFileSystems(s3).parts()).isEmpty();
  }

  @Test
  void a_spark_home_without_jars_is_named() {
    assertThat(MissingParts.spark(spark(Map.of("SPARK_HOME", "/opt/spark"))).parts())
        .singleElement()
        .asString()
        .contains("SPARK_HOME=/opt/spark has no folder jars");
  }

  @Test
  void workers_can_share_a_folder_of_this_machine(@TempDir Path folder) {
    SharedFolder shared = SharedFolder.of(folder);
    assertThat(shared.problems()).isEmpty();
    assertThat(shared.type()).isNotEmpty();
    assertThat(shared.freeBytes()).isPositive();
    assertThat(folder).as("nothing is left").isEmptyDirectory();
  }

  @Test
  void what_is_no_folder_is_refused(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("f"), "");
    assertThatThrownBy(() -> SharedFolder.of(file)).hasMessageContaining("is not a folder");
  }
}
