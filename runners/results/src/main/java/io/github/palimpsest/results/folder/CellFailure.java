package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The content of a cell's {@code failed.json}: why it has no result.
 *
 * @param format the version of this layout
 * @param id the cell
 * @param experiment the experiment's name
 * @param label the recipe without its defaults
 * @param recipe the canonical text of the recipe
 * @param seed where its random streams begin
 * @param task the task that failed; null if none is to blame
 * @param step the step of it; null if none is to blame
 * @param reason for people
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
  /** Puts empty texts where the file has none. */
  public CellFailure {
    JsonFile.required(id, "id");
    label = label == null ? "" : label;
    recipe = recipe == null ? "" : recipe;
    reason = reason == null ? "" : reason;
  }
}
