package io.github.palimpsest.execution.cluster;

import java.util.Map;

/** Opens clusters of one kind; found by {@link java.util.ServiceLoader}. */
public interface ClusterProvider {
  /** The addresses that it opens, for people. */
  String addresses();

  /** Whether an address has the form that it opens. */
  boolean opens(String address);

  /**
   * Opens a cluster.
   *
   * @param settings settings of the cluster by their own names
   * @param gpus whether each worker needs a GPU of its own
   * @throws io.github.palimpsest.api.PalimpsestException if it cannot be reached or refuses
   */
  Cluster open(String address, Map<String, String> settings, boolean gpus);
}
