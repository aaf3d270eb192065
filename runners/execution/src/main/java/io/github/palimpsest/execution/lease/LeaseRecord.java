package io.github.palimpsest.execution.lease;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.results.folder.RunWorker;
import org.jspecify.annotations.Nullable;

/**
 * The content of a lease.
 *
 * @param token random, for this lease alone
 * @param worker the run that holds it
 * @param pid the number of its process
 * @param started when that process started; null if its system does not say
 * @param folder the name of the folder in {@code work/} that this lease gives the right to write to
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LeaseRecord(
    String token, RunWorker worker, Long pid, @Nullable String started, String folder) {
  /** Refuses a record without one of its fields. */
  LeaseRecord {
    if (token == null || worker == null || pid == null || folder == null) {
      throw new IllegalArgumentException("a field is missing");
    }
  }
}
