package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * When the mergers of a cell act, which decides which of its models have a row in the score matrix:
 * all rows are of merged models. If a merger acts only after the last task, there is one such row,
 * the last, and the training is described apart.
 *
 * @param after the tasks after which there is a merged model
 * @param unmerged the training without the mergers that act only at the end; null if there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Merging(After after, @Nullable Unmerged unmerged) {
  /** Requires the training with, and only with, a merger at the end. */
  public Merging {
    JsonFile.required(after, "after");
    if (after == After.LAST_TASK) {
      JsonFile.required(unmerged, "unmerged");
    }
  }

  /** The tasks after which there is a merged model. */
  public enum After {
    /** Each: every merger acts after each task. */
    @JsonProperty("each-task")
    EACH_TASK,
    /** Only the last: at least one merger acts only then. */
    @JsonProperty("last-task")
    LAST_TASK
  }

  /**
   * A training without the mergers that act only at its end.
   *
   * @param label its recipe without defaults
   * @param recipe the canonical text of its recipe
   * @param scores its score matrix
   * @param evaluation the scores of the evaluation sets, by name; {@code kept} in the file
   * @param metrics each metric; NaN if it is not defined
   * @param rows every score with its examples, after each task
   */
  public record Unmerged(
      String label,
      String recipe,
      CellResult.Matrix scores,
      @JsonProperty("kept") Map<String, CellResult.Evaluation> evaluation,
      Map<String, Double> metrics,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SortedMap<String, CellResult.Row>> rows) {
    /** Copies the collections, and replaces missing ones with empty ones. */
    public Unmerged {
      JsonFile.required(label, "label");
      JsonFile.required(recipe, "recipe");
      JsonFile.required(scores, "scores");
      evaluation = JsonFile.map(evaluation);
      metrics = JsonFile.numbers(metrics);
      rows = JsonFile.list(rows);
      rows.forEach(row -> row.forEach((set, score) -> JsonFile.required(score, set)));
    }

    /** A metric; NaN if it is not defined or no metric has this name. */
    public double metric(String name) {
      return metrics.getOrDefault(name, Double.NaN);
    }

    /** The change of an evaluation set's score over the training; NaN without such a set. */
    public double drift(String set) {
      CellResult.Evaluation scored = evaluation.get(set);
      return scored == null ? Double.NaN : scored.drift();
    }

    /** A copy with other metrics. */
    Unmerged with(Map<String, Double> others) {
      return new Unmerged(label, recipe, scores, evaluation, others, rows);
    }

    /** A copy without single examples. */
    public Unmerged summary() {
      return new Unmerged(label, recipe, scores, evaluation, metrics, List.of());
    }
  }
}
