package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code train.json}, the record of a training next to its model. Equal trainings
 * have equal records, except {@code measured}.
 *
 * @param format the version of this layout
 * @param recipe the canonical text of the recipe
 * @param savedStep the finished steps after which the weights in the folder are
 * @param steps the number of trained steps; fewer than planned after an early stop
 * @param plannedSteps the number of steps of the schedules
 * @param firstLoss the objective of the first step, in nats per target token with penalties
 * @param lastLoss the objective of the last step
 * @param bestStep the step with the lowest held-out loss; null without held-out data
 * @param evaluations the held-out losses
 * @param data the use of the records of the training data and of the held-out data
 * @param inputs everything that determines the weights, as in {@link TrainingInputs}
 * @param components the origin of each component of the recipe
 * @param files the SHA-256 of the files of weights, by their path in the folder
 * @param measured time, memory, machine, and the versions of the software
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingRecord(
    int format,
    String recipe,
    long savedStep,
    long steps,
    long plannedSteps,
    @Nullable Double firstLoss,
    @Nullable Double lastLoss,
    @Nullable Long bestStep,
    List<Evaluations.Evaluation> evaluations,
    @Nullable DataUse data,
    Map<String, String> inputs,
    List<CellResult.Source> components,
    Map<String, String> files,
    @Nullable Timing measured) {
  /** The present version of the layout. */
  public static final int FORMAT = 1;

  /** Refuses a record without a recipe; copies lists and maps. */
  public TrainingRecord {
    JsonFile.required(recipe, "recipe");
    evaluations = JsonFile.list(evaluations);
    inputs = new TrainingInputs(inputs).inputs();
    components = JsonFile.list(components);
    files = JsonFile.map(files);
  }
}
