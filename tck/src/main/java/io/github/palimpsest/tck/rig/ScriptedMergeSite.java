package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a merger may ask, with streams of one seed and importance that is a function of the weights.
 *
 * @param parameters of the model
 */
public record ScriptedMergeSite(List<ParameterSpec> parameters) implements MergeSite {
  private static final long SEED = 7;

  /** Copies the list. */
  public ScriptedMergeSite {
    parameters = List.copyOf(parameters);
  }

  @Override
  public RandomGenerator stream(String name) {
    return Streams.stream(SEED, "merge/" + name, 1, 0);
  }

  @Override
  public WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int maxExamples, FinishedTask.Labels labels) {
    Named w = Named.of(at);
    return w.zip(w, (a, b) -> 0.1 + a * b).snapshot(parameters);
  }
}
