package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a stage's {@code stage.json}, or of its {@code failed.json} with a reason instead
 * of what was measured. All but {@code measured} follows from what determines the stage, so that
 * equal stages have equal bytes.
 *
 * @param id the stage
 * @param task the task, from 1
 * @param recipe the canonical text of the recipe that acts in it
 * @param seed where its random streams begin
 * @param parent the stage that it starts from; null for the first task
 * @param format the version of this layout
 * @param taskName the task's name
 * @param examples training examples
 * @param steps training steps
 * @param declaredPasses forward-and-backward passes, as the components declare them
 * @param components where each component comes from
 * @param inputs all that determines the stage, by name
 * @param step the step that failed, from 1; 0 if none is to blame, null for a stage that did not
 * @param reason why the stage failed; null for one that did not
 * @param measured what its training took; null for one that failed
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
    @Nullable Measured measured) {
  /** Refuses a record without an id or a recipe. */
  public StageResult {
    JsonFile.required(id, "id");
    JsonFile.required(recipe, "recipe");
  }

  /**
   * What is known of any stage.
   *
   * @param task the task, from 1
   * @param parent the stage that it starts from; null for the first task
   */
  public static StageResult of(
      String id, int task, String recipe, long seed, @Nullable String parent) {
    return new StageResult(
        id, task, recipe, seed, parent, null, null, null, null, null, null, null, null, null, null);
  }

  /** A copy that says why the stage failed. */
  public StageResult failed(StageFailure failure) {
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
        failure.step(),
        failure.reason(),
        null);
  }

  /** A copy that says what the training took. */
  public StageResult trained(Measured taken) {
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
        null,
        null,
        taken);
  }

  /** Why the stage failed, in the file of one that did. */
  public StageFailure failure() {
    return new StageFailure(task - 1, step == null ? 0 : step, reason == null ? "" : reason);
  }
}
