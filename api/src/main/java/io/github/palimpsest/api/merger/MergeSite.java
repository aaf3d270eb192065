package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;
import java.util.random.RandomGenerator;

/** What a merger may ask about the model and the task just finished. */
@Stable(since = "0.1")
public interface MergeSite {
  /** The model's parameters, whose names the weights have. */
  List<ParameterSpec> parameters();

  /**
   * Random numbers from a stream named by seed, task and the given name: at its beginning with each
   * call, so that what is computed when read is the same each time (PPW-03).
   *
   * @param name unique within the merger
   */
  RandomGenerator stream(String name);

  /**
   * The diagonal of the Fisher information of the model at some weights, on examples of the task
   * just finished: as {@link FinishedTask#meanSquaredGradient(FinishedTask.Estimate)}, but of every
   * parameter of the model.
   *
   * @param at names and shapes of the model
   * @param maxExamples at most this number of examples; at least 1
   * @param labels whose probabilities' gradients are squared
   */
  WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int maxExamples, FinishedTask.Labels labels);
}
