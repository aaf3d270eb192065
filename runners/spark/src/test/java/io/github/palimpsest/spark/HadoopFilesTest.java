package io.github.palimpsest.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files on a file system of Hadoop; here on that of the local disk. */
class HadoopFilesTest {
  @TempDir Path temp;

  private HadoopFiles open(String folder) {
    return HadoopFiles.open(temp.resolve(folder).toUri().toString(), new Configuration()).tried();
  }

  private static AbstractThrowableAssert<?, ?> refused(String address) {
    return assertThatThrownBy(() -> HadoopFiles.open(address, new Configuration()).tried())
        .isInstanceOf(PalimpsestException.class);
  }

  @Test
  void files_are_written_listed_read_replaced_and_removed() throws IOException {
    Path file = Files.writeString(temp.resolve("a"), "first");
    try (HadoopFiles files = open("grid")) {
      assertThat(files.files("")).isEmpty();
      files.put(file, "stages/s1/stage.json");
      files.put(file, "plan.json");
      Files.writeString(file, "second");
      files.put(file, "plan.json");
      assertThat(files.files("")).containsExactly("plan.json", "stages/s1/stage.json");
      assertThat(files.files("stages")).containsExactly("stages/s1/stage.json");
      assertThat(files.files("cells")).isEmpty();
      assertThat(files.exists("plan.json")).isTrue();
      assertThat(files.exists("stages/s2/stage.json")).isFalse();
      Path copy = temp.resolve("copy");
      files.get("plan.json", copy);
      assertThat(copy).hasContent("second");
      assertThatThrownBy(() -> files.get("stages.json", copy))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageEndingWith("grid/stages.json");
      files.delete("stages/s1");
      files.delete("stages/s2");
      assertThat(files.files("")).containsExactly("plan.json");
      assertThat(temp.resolve("grid"))
          .as("no parts and no checksums of Hadoop")
          .isDirectoryNotContaining("glob:**/.*");
    }
  }

  @Test
  void a_file_that_cannot_be_read_leaves_nothing() throws IOException {
    try (HadoopFiles files = open("grid")) {
      assertThatThrownBy(() -> files.put(temp.resolve("none"), "plan.json"))
          .isInstanceOf(NoSuchFileException.class);
      assertThat(files.files("")).isEmpty();
    }
  }

  @Test
  void what_is_no_address_of_a_folder_is_refused_with_examples() {
    for (String address : new String[] {"grid", "/tmp/grid", "s3a:bucket", "hdfs://a b/grid"}) {
      refused(address)
          .hasMessage(
              "--store "
                  + address
                  + ": not the address of a folder, such as hdfs://HOST:PORT/FOLDER,"
                  + " s3a://BUCKET/FOLDER or file:///FOLDER");
    }
  }

  @Test
  void a_file_system_that_is_not_installed_is_refused_with_what_to_add() {
    refused("nofs://host/grid")
        .hasMessage(
            "--store nofs://host/grid: no file system for 'nofs' is installed: add the JARs with it"
                + " to SPARK_HOME/jars (see runners/docs/clusters.md)");
    Configuration without = new Configuration();
    without.set("fs.s3a.impl", "org.example.Missing");
    assertThatThrownBy(() -> HadoopFiles.open("s3a://bucket/grid", without))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "--store s3a://bucket/grid: no file system for 's3a' is installed"
                + " (ClassNotFoundException: Class org.example.Missing not found): add"
                + " org.apache.hadoop:hadoop-aws and the AWS SDK to SPARK_HOME/jars, as"
                + " PALIMPSEST_S3=1 does (see runners/docs/clusters.md)");
  }

  @Test
  void a_folder_that_cannot_be_written_is_refused_with_the_reason() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");
    refused(file.toUri().toString()).hasMessageEndingWith("cannot be used: it is a file");
    // a folder below a file: nobody has the right to create it, not even the superuser
    refused(file.toUri() + "/grid").hasMessageContaining("/file/grid cannot be used: ");
  }

  @Test
  void settings_of_hadoop_are_those_of_spark_with_a_prefix() {
    SparkConf conf = new SparkConf(false).set("spark.hadoop.fs.s3a.endpoint", "http://here");
    assertThat(SparkSettings.hadoop(conf).get("fs.s3a.endpoint")).isEqualTo("http://here");
  }

  @Test
  void workers_write_where_the_cluster_manager_says_that_there_is_space() {
    SparkConf conf = new SparkConf(false);
    assertThat(SparkSettings.temporary(Map.of(), conf))
        .isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
    conf.set("spark.local.dir", "/space,/more");
    assertThat(SparkSettings.temporary(Map.of(), conf)).isEqualTo(Path.of("/space"));
    assertThat(SparkSettings.temporary(Map.of("LOCAL_DIRS", "/yarn/1,/yarn/2"), conf))
        .isEqualTo(Path.of("/yarn/1"));
    assertThat(SparkSettings.temporary(Map.of("SPARK_EXECUTOR_DIRS", "/work/1:/work/2"), conf))
        .isEqualTo(Path.of("/work/1"));
  }
}
