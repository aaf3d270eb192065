package io.github.palimpsest.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The options of a cluster in an installation without one. */
class ClusterOptionsTest {
  @CommandLine.Command
  private static final class Options {
    @CommandLine.Mixin ClusterOptions on = new ClusterOptions();

    @CommandLine.Mixin ExperimentOptions experiment = new ExperimentOptions();
  }

  private static ClusterOptions options(String... arguments) {
    Options options = new Options();
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "tiny.yaml";
    new CommandLine(options).parseArgs(all);
    return options.on;
  }

  private static Experiment on(String device) {
    String text =
        """
        name: tiny
        model: none
        device: DEVICE
        tasks:
          - {name: a, data: a.json, format: instructions, measure: exact-match, held-out: 1}
        training: {steps: 1, batch: 1}
        seeds: [1]
        axes: {optimizer: [adamw]}
        """
            .replace("DEVICE", device);
    return ExperimentFile.parse("tiny.yaml", text, Path.of("."), Map.of());
  }

  private static AbstractThrowableAssert<?, ?> refused(
      Experiment experiment, boolean workers, String... arguments) {
    return assertThatThrownBy(() -> options(arguments).cluster(experiment, workers))
        .isInstanceOf(PalimpsestException.class);
  }

  @Test
  void a_cluster_without_its_module_is_refused_with_the_way_to_get_it() {
    refused(on("cpu"), false, "--on", "spark://a:7077")
        .hasMessage(
            "--on spark://a:7077 needs the Spark module, which is not part of this installation:"
                + " set PALIMPSEST_SPARK=1 for runners/bin/palimpsest, which then builds it, or"
                + " build it with './mvnw -Pspark -DskipTests -pl runners/spark -am package'");
  }

  @Test
  void options_that_do_not_fit_a_cluster_are_refused() {
    refused(on("cpu"), false, "--conf", "spark.cores.max=2")
        .hasMessage("--conf has no effect without --on");
    refused(on("cpu"), false, "--store", "s3a://bucket/grid")
        .hasMessage("--store has no effect without --on");
    assertThatThrownBy(
            () -> options("--on", "yarn", "--store", "s3a://bucket/grid").requireNoBudget(1L << 30))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("--disk-budget limits a folder that all workers see: not with --store");
    refused(on("cpu"), true, "--on", "yarn")
        .hasMessageStartingWith("--workers counts processes on this machine: not with --on");
    refused(on("gpu:1"), false, "--on", "yarn")
        .hasMessage("device 'gpu:1' with --on: each worker sees only a GPU of its own, gpu:0");
  }

  @Test
  void without_a_cluster_there_is_none() {
    assertThat(options().wanted()).isFalse();
    assertThat(options().cluster(on("gpu:1"), true)).isEmpty();
    assertThat(options().results(false)).isEmpty();
    assertThat(options().ofWorkers()).isEmpty();
  }
}
