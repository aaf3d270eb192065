package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.cluster.Cluster;
import io.github.palimpsest.execution.cluster.ClusterExecutor;
import io.github.palimpsest.execution.cluster.ClusterProvider;
import io.github.palimpsest.execution.remote.Scratch;
import io.github.palimpsest.experiment.file.Experiment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The cluster on which workers run. */
public final class ClusterOptions {
  @Option(
      names = "--on",
      paramLabel = "CLUSTER",
      description =
          "run on a Spark cluster: spark://HOST:PORT, yarn, k8s://HOST:PORT or"
              + " local-cluster[N,CORES,MB]; needs the Spark module (PALIMPSEST_SPARK=1)")
  @Nullable String address;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "a setting of Spark, with --on; may be repeated")
  Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--store",
      paramLabel = "URI",
      description =
          "with --on: machines exchange results by this folder of a Hadoop file system, such as"
              + " hdfs://HOST/FOLDER or s3a://BUCKET/FOLDER, and --out is a copy on this machine")
  @Nullable String store;

  @Option(
      names = "--scratch",
      hidden = true,
      paramLabel = "DIR",
      description = "the output folder of a worker with --store")
  public @Nullable Path scratch;

  /** Whether a cluster was asked for. */
  public boolean wanted() {
    return address != null;
  }

  /**
   * How to open the cluster that was asked for.
   *
   * @param workers whether a number of workers was asked for
   * @return empty if none was
   * @throws PalimpsestException if nothing here can open it, or if it does not fit other options
   */
  public Optional<Supplier<Cluster>> cluster(Experiment experiment, boolean workers) {
    String on = address;
    if (on == null) {
      if (!settings.isEmpty()) {
        throw new PalimpsestException("--conf has no effect without --on");
      }
      if (store != null) {
        throw new PalimpsestException("--store has no effect without --on");
      }
      return Optional.empty();
    }
    if (workers) {
      throw new PalimpsestException(
          "--workers counts processes on this machine: not with --on; 'spark.cores.max' limits"
              + " those on a cluster");
    }
    Device device = experiment.device();
    if (device.gpu() && !device.indices().equals(List.of(0))) {
      throw new PalimpsestException(
          "device '" + device + "' with --on: each worker sees only a GPU of its own, gpu:0");
    }
    ClusterProvider provider = provider(on);
    return Optional.of(() -> provider.open(on, settings, device.gpu()));
  }

  /**
   * The remote folder by which machines exchange results; empty if none was given.
   *
   * @param states whether the states of stages are needed on this machine
   */
  public Optional<ClusterExecutor.RemoteResults> results(boolean states) {
    String folder = store;
    String on = address;
    if (folder == null || on == null) {
      return Optional.empty();
    }
    ClusterProvider provider = provider(on);
    return Optional.of(
        new ClusterExecutor.RemoteResults(() -> provider.files(folder, settings), states));
  }

  /**
   * Refuses a limit for a folder that other machines do not see.
   *
   * @param bytes the limit for the output folder
   */
  public void requireNoBudget(long bytes) {
    if (store != null && bytes != RunSettings.ANY_SIZE) {
      throw new PalimpsestException(
          "--disk-budget limits a folder that all workers see: not with --store");
    }
  }

  /** What workers are told in addition. */
  public List<String> ofWorkers() {
    return store == null ? List.of() : List.of("--scratch", Scratch.OUT);
  }

  private static ClusterProvider provider(String on) {
    List<ClusterProvider> all =
        ServiceLoader.load(ClusterProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    if (all.isEmpty()) {
      throw new PalimpsestException(
          "--on "
              + on
              + " needs the Spark module, which is not part of this installation: set"
              + " PALIMPSEST_SPARK=1 for runners/bin/palimpsest, which then builds it, or build it"
              + " with './mvnw -Pspark -DskipTests -pl runners/spark -am package'");
    }
    return all.stream()
        .filter(p -> p.opens(on))
        .findFirst()
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "--on "
                        + on
                        + ": known are "
                        + all.stream()
                            .map(ClusterProvider::addresses)
                            .collect(Collectors.joining(", "))));
  }
}
