package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.execution.cluster.Cluster;
import io.github.palimpsest.execution.cluster.ClusterProvider;
import io.github.palimpsest.experiment.file.Experiment;
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
          "run on a Spark cluster: spark://HOST:PORT, local-cluster[N,CORES,MB], yarn or"
              + " k8s://HOST:PORT (needs the Spark module: PALIMPSEST_SPARK=1)")
  @Nullable String address;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "a setting of Spark, with --on; may be repeated")
  Map<String, String> settings = new LinkedHashMap<>();

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
    ClusterProvider provider =
        all.stream()
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
    return Optional.of(() -> provider.open(on, settings, device.gpu()));
  }
}
