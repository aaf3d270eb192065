package io.github.palimpsest.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.storage.JavaCommand;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of the command on a standalone cluster of this machine. */
class SparkRunTest {
  private static final Set<String> COMPARED =
      Set.of(FolderLayout.RESULT, FolderLayout.PLAN, FolderLayout.LOSSES);

  @TempDir Path temp;
  private Path file = Path.of("");

  @BeforeEach
  void file() throws IOException {
    file =
        Files.writeString(
            temp.resolve("tiny.yaml"),
            """
            name: tiny
            model: quickstart
            tasks:
              - {name: facts, data: "quickstart:facts", measure: nats-per-token, test-examples: 4}
              - {name: sorting, data: "quickstart:sorting", measure: nats-per-token, test-examples: 4}
            training: {steps: 4, batch: 2, max-length: 24, checkpoint-every: 2}
            axes:
              optimizer: [adamw, lion]
            seeds: [1]
            """);
  }

  /** Starts the command; its standard error is merged into its output. */
  private Process command(Object... arguments) throws IOException {
    List<String> words =
        JavaCommand.of(
                "io.github.palimpsest.cli.Main", Stream.of(arguments).map(String::valueOf).toList())
            .with("-Xmx700m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .with("-Dpalimpsest.command=true", "-Dfile.encoding=UTF-8")
            .with("-Dslf4j.provider=org.slf4j.nop.NOPServiceProvider")
            .with("-Dslf4j.internal.verbosity=WARN")
            .with(Daemons.PATIENCE)
            .with("@" + Daemons.home().resolve("java.options"))
            .words();
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  private static List<String> lines(Process process) throws Exception {
    List<String> all;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      all = out.lines().toList();
    }
    process.waitFor();
    return all;
  }

  private static SortedMap<String, String> content(Path folder) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path f : files.filter(f -> COMPARED.contains(f.getFileName().toString())).toList()) {
        all.put(folder.relativize(f).toString(), Files.readString(f));
      }
    }
    return all;
  }

  /** What one machine makes of the experiment. */
  private SortedMap<String, String> alone() throws Exception {
    Path alone = temp.resolve("alone");
    Process undisturbed = command("run", file, "--out", alone);
    List<String> said = lines(undisturbed);
    assertThat(undisturbed.exitValue()).as("output: %s", said).isZero();
    SortedMap<String, String> wanted = content(alone);
    assertThat(wanted).as("2 results, 4 logs of losses, 1 plan").hasSize(7);
    return wanted;
  }

  /**
   * Runs the experiment on two workers, one of which is killed when a part of it is done.
   *
   * @param seen the folder that shows how far the grid is
   * @param options in addition to the cluster
   * @return the output
   */
  private List<String> ranWithALoss(Path seen, Object... options) throws Exception {
    Path logs = Files.createDirectory(temp.resolve("logs"));
    try (Daemons cluster = new Daemons(logs)) {
      List<Process> workers = List.of(cluster.worker("first"), cluster.worker("second"));
      List<Object> words = new ArrayList<>(List.of("run", file, "--on", cluster.address()));
      words.addAll(List.of(options));
      Process run = command(words.toArray());
      KilledInTheMiddle killer = new KilledInTheMiddle(seen, workers);
      Thread watch = new Thread(killer, "killer");
      watch.start();
      List<String> told = lines(run);
      watch.interrupt(); // it has nothing to kill any more
      watch.join();
      assertThat(run.exitValue()).as("output: %s", told).isZero();
      assertThat(killer.unfinishedAtKill())
          .as("stages without a state when a worker was killed, of 4")
          .isBetween(1, 4);
      assertThat(told).anyMatch(line -> line.contains("tiny: 2 cells, 0 excluded"));
      return told;
    }
  }

  @Test
  void a_run_whose_worker_is_killed_in_the_middle_ends_with_the_bytes_of_one_machine()
      throws Exception {
    SortedMap<String, String> wanted = alone();
    Path out = temp.resolve("out");
    List<String> told = ranWithALoss(out, "--out", out);
    assertThat(told).filteredOn(line -> line.endsWith(": done")).hasSizeLessThanOrEqualTo(2);
    assertThat(content(out)).isEqualTo(wanted);
    assertThat(out.resolve("work")).as("nothing is left over").doesNotExist();
  }

  @Test
  void machines_that_share_a_hadoop_file_system_alone_end_with_the_same_bytes_after_a_loss()
      throws Exception {
    SortedMap<String, String> wanted = alone();
    Path store = temp.resolve("store");
    Path out = temp.resolve("copy");
    ranWithALoss(store, "--out", out, "--store", store.toUri());
    assertThat(content(out)).isEqualTo(wanted);
    assertThat(content(store)).as("an output folder with the states").isEqualTo(wanted);
    assertThat(store.resolve("work").toFile().list()).as("nothing is left over").isNullOrEmpty();
    RunStatus status = RunStatus.of(out);
    assertThat(status.finished()).isEqualTo(2);
    assertThat(status.trained()).isEqualTo(4);
  }

  @Test
  void an_address_at_which_no_master_answers_is_refused_at_once() throws Exception {
    Process run = command("run", file, "--out", temp.resolve("out"), "--on", "spark://127.0.0.1:1");
    assertThat(lines(run))
        .containsExactly(
            "palimpsest: no Spark master answers at spark://127.0.0.1:1: Connection refused");
    assertThat(run.exitValue()).isEqualTo(2);
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void the_launcher_opens_what_this_version_of_spark_wants_opened() throws IOException {
    assertThat(Files.readAllLines(Daemons.home().resolve("java.options")))
        .containsExactlyElementsOf(
            Stream.of(JavaModuleOptions.defaultModuleOptionArray())
                .filter(
                    option -> !option.startsWith("--add-modules=")) // only for its linear algebra
                .toList());
  }

  @Test
  void the_distribution_is_spark_and_nothing_that_the_command_has() {
    assertThat(new File(Daemons.home().toFile(), "jars").list())
        .anyMatch(jar -> jar.startsWith("spark-core_2.13-"))
        .noneMatch(jar -> jar.startsWith("palimpsest-") || jar.startsWith("tensorflow-"));
  }
}
