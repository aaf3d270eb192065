package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The content of a cell's {@code failed.json}: why the cell has no result.
 *
 * @param format the version of this layout
 * @param id the cell
 * @param experiment the experiment's name
 * @param label the recipe without its defaults
 * @param recipe the canonical text of the recipe
 * @param seed the seed of its random streams
 * @param task the task that failed; null if no task caused the failure
 * @param step the step of the task that failed; null if no step caused the failure
 * @param reason the reason, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CellFailure(
    int format,
    String id,
    String experiment,
    String label,
    String recipe,
    long seed,
    @Nullable String task,
    @Nullable Long step,
    String reason) {
  /** How the reason of a cell begins whose training diverged. */
  public static final String DIVERGED = "diverged: ";

  /** Requires the id, and replaces other missing texts with empty ones. */
  public CellFailure {
    JsonFile.required(id, "id");
    label = label == null ? "" : label;
    recipe = recipe == null ? "" : recipe;
    reason = reason == null ? "" : reason;
  }

  /** Whether a loss, a weight or a score of the cell is no finite number. */
  public boolean diverged() {
    return reason.startsWith(DIVERGED);
  }
}
