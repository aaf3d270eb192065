package io.github.palimpsest.execution.lease;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.results.folder.RunWorker;
import java.util.regex.Pattern;
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
  private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern FOLDER = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._-]*");

  /** Refuses a record without one of its fields, or that no run can have written. */
  LeaseRecord {
    if (token == null || worker == null || pid == null || folder == null) {
      throw new IllegalArgumentException("a field is missing");
    }
    if (!TOKEN.matcher(token).matches() || !FOLDER.matcher(folder).matches()) {
      throw new IllegalArgumentException("'token' or 'folder' is not one of a lease");
    }
  }
}
