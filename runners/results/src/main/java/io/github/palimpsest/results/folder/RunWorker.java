package io.github.palimpsest.results.folder;

import io.github.palimpsest.storage.Host;

/**
 * A run on an output folder, as other runs know it.
 *
 * @param id random, for this run alone
 * @param host the name of its host
 * @param system its {@link Host#system}
 * @param leaseSeconds the time without a heartbeat after which others may take its work over
 */
public record RunWorker(String id, String host, String system, Double leaseSeconds) {
  /** Refuses a record without one of its fields. */
  public RunWorker {
    JsonFile.required(id, "id");
    JsonFile.required(host, "host");
    JsonFile.required(system, "system");
    JsonFile.required(leaseSeconds, "lease_seconds");
  }

  /** Whether its process has a number that this process can look up. */
  boolean near() {
    return system.equals(Host.current().system());
  }
}
