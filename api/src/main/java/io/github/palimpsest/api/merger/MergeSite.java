package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;
import java.util.Set;
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

  /**
   * The same on examples of a finished task, which the weights of an earlier model may belong to.
   * The order of a task's examples, and labels that are drawn, are functions of the run's seed and
   * the task, so what is computed here for an earlier task is what could have been kept after it.
   *
   * @param at weights with the names and shapes of the model
   * @param task a finished task, from 0 to {@link WeightHistory#taskIndex()}
   * @param maxExamples at most this number of examples; at least 1
   * @param labels the labels: the gradient of their log-probability is squared
   * @throws IllegalArgumentException if the task is not finished
   */
  WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int task, int maxExamples, FinishedTask.Labels labels);

  /**
   * The second moments of the inputs of kernels at some weights, on examples of a finished task:
   * for each kernel the mean of {@code x' x} over the rows x that the model multiplies with it, as
   * in {@link FinishedTask#inputMoments}. The order of a task's examples is a function of the run's
   * seed and the task, so what is computed here for an earlier task is what could have been kept
   * after it.
   *
   * @param at weights with the names and shapes of the model
   * @param task a finished task, from 0 to {@link WeightHistory#taskIndex()}
   * @param kernels names of kernels of the model
   * @param maxExamples at most this number of examples; at least 1
   * @return {@code [in, in]} for each kernel, under its name
   * @throws IllegalArgumentException if the task is not finished, the model has no parameter with
   *     one of the names, or the number is below 1
   * @throws PalimpsestException if the model multiplies nothing with one of the kernels, or there
   *     are no examples, as in a merge of folders
   */
  WeightSnapshot inputMoments(WeightSnapshot at, int task, Set<String> kernels, int maxExamples);
}
