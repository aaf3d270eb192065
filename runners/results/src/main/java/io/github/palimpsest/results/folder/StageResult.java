package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a stage's {@code stage.json}, or of its {@code failed.json}, which has a reason
 * instead of measurements. The inputs of the stage determine everything except {@code measured}, so
 * that equal stages have equal bytes.
 *
 * @param id the stage's id
 * @param task the task, from 1
 * @param recipe the canonical text of the recipe that acts in the stage
 * @param seed the seed of its random streams
 * @param parent the stage that it starts from; null for the first task
 * @param format the version of this layout
 * @param taskName the task's name
 * @param examples the number of training examples
 * @param steps the number of training steps
 * @param declaredPasses forward-and-backward passes, as the components declare them
 * @param components the source of each component
 * @param inputs all values that determine the stage, by name
 * @param step the step that failed, from 1; 0 if no step caused the failure, null for a stage that
 *     did not fail
 * @param reason why the stage failed; null for a stage that did not fail
 * @param measured the measurements of its training; null for a stage that failed
 * @param reference the word of the training of a reference model; null for that of a run
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StageResult(
    String id,
    int task,
    String recipe,
    long seed,
    @Nullable String parent,
    @Nullable Integer format,
    @Nullable String taskName,
    @Nullable Long examples,
    @Nullable Long steps,
    @Nullable Double declaredPasses,
    @Nullable List<CellResult.Source> components,
    @Nullable Map<String, String> inputs,
    @Nullable Long step,
    @Nullable String reason,
    @Nullable Timing measured,
    @Nullable String reference) {
  /** Refuses a record without an id or a recipe. */
  public StageResult {
    JsonFile.required(id, "id");
    JsonFile.required(recipe, "recipe");
  }

  /**
   * The data that every stage has.
   *
   * @param task the task, from 1
   * @param parent the stage that it starts from; null for the first task
   * @param reference the word of the training of a reference model; null for that of a run
   */
  public static StageResult of(
      String id,
      int task,
      String recipe,
      long seed,
      @Nullable String parent,
      @Nullable String reference) {
    return new StageResult(
        id, task, recipe, seed, parent, null, null, null, null, null, null, null, null, null, null,
        reference);
  }

  /** A copy with the reason of the failure. */
  public StageResult failed(StageFailure failure) {
    return ended(failure.step(), failure.reason(), null);
  }

  /** A copy with the measurements of the training. */
  public StageResult trained(Timing taken) {
    return ended(null, null, taken);
  }

  private StageResult ended(
      @Nullable Long failedAt, @Nullable String because, @Nullable Timing taken) {
    return new StageResult(
        id,
        task,
        recipe,
        seed,
        parent,
        format,
        taskName,
        examples,
        steps,
        declaredPasses,
        components,
        inputs,
        failedAt,
        because,
        taken,
        reference);
  }

  /** Why the stage failed; only for a stage that failed. */
  public StageFailure failure() {
    return new StageFailure(task - 1, step == null ? 0 : step, reason == null ? "" : reason);
  }
}
