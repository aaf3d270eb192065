package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;
import java.util.random.RandomGenerator;

/** The model and the task just finished, for a merger. */
@Stable(since = "0.1")
public interface MergeSite {
  /** The model's parameters; the weights have their names. */
  List<ParameterSpec> parameters();

  /**
   * Random numbers from a stream named by seed, task and the given name. Each call returns the
   * beginning of the stream, so that weights computed when read are the same each time (PPW-03).
   *
   * @param name unique within the merger
   */
  RandomGenerator stream(String name);

  /**
   * The diagonal of the Fisher information of the model at some weights, on examples of the task
   * just finished, as in {@link FinishedTask#meanSquaredGradient(FinishedTask.Estimate)}. It has
   * every parameter of the model.
   *
   * @param at weights with the names and shapes of the model
   * @param maxExamples at most this number of examples; at least 1
   * @param labels the labels: the gradient of their log-probability is squared
   */
  WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int maxExamples, FinishedTask.Labels labels);
}
