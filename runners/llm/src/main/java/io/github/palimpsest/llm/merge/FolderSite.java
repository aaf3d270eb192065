package io.github.palimpsest.llm.merge;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a merger can ask about a folder: no examples, and the random streams that the task of an
 * experiment with the model's place has.
 *
 * @param parameters the model's parameters
 * @param seed the seed of random streams
 * @param place the place of the model among those that are merged, from 0
 */
record FolderSite(List<ParameterSpec> parameters, long seed, int place) implements MergeSite {
  @Override
  public RandomGenerator stream(String name) {
    return Streams.stream(seed, "merge/" + name, place, 0);
  }

  @Override
  public WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int maxExamples, FinishedTask.Labels labels) {
    throw noExamples();
  }

  @Override
  public WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int task, int maxExamples, FinishedTask.Labels labels) {
    throw noExamples();
  }

  @Override
  public WeightSnapshot inputMoments(
      WeightSnapshot at, int task, Set<String> kernels, int maxExamples) {
    throw noExamples();
  }

  private static PalimpsestException noExamples() {
    return new PalimpsestException(
        "this merger needs examples of the task, which folders do not have; use it in the recipe of"
            + " an experiment");
  }
}
