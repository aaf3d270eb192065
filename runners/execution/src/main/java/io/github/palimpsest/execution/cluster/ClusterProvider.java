package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.remote.RemoteFiles;
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

  /**
   * Opens a folder of a file system that the machines of its clusters reach by an address, and
   * tries whether it can be written.
   *
   * @param folder the address of the folder, which need not exist
   * @param settings as for the cluster
   * @throws io.github.palimpsest.api.PalimpsestException if there is no such file system, or if it
   *     refuses
   */
  RemoteFiles files(String folder, Map<String, String> settings);
}
