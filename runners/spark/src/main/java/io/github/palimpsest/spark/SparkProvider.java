package io.github.palimpsest.spark;

import io.github.palimpsest.execution.cluster.Cluster;
import io.github.palimpsest.execution.cluster.ClusterProvider;
import io.github.palimpsest.execution.remote.RemoteFiles;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** Opens Spark clusters by the URL of their master. */
public final class SparkProvider implements ClusterProvider {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "spark://[^,:]+:\\d+(,[^,:]+:\\d+)*|local-cluster\\[\\d+,\\d+,\\d+]|yarn|k8s://.+");

  @Override
  public String addresses() {
    return "spark://HOST:PORT, local-cluster[N,CORES,MB], yarn, k8s://HOST:PORT";
  }

  @Override
  public boolean opens(String address) {
    return ADDRESS.matcher(address).matches();
  }

  @Override
  public Cluster open(String address, Map<String, String> settings, boolean gpus) {
    return SparkCluster.open(address, settings, gpus);
  }

  @Override
  public RemoteFiles files(String folder, Map<String, String> settings) {
    SparkConf conf = SparkSettings.of("local", settings, false);
    return HadoopFiles.open(folder, SparkSettings.hadoop(conf)).tried();
  }
}
