package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A merger's site, with streams of one seed and importance that is a function of the weights.
 *
 * @param parameters of the model
 * @param task the task just finished
 * @param asked receives what is asked for
 */
public record ScriptedMergeSite(List<ParameterSpec> parameters, int task, List<String> asked)
    implements MergeSite {
  private static final long SEED = 7;

  /** Copies the list. */
  public ScriptedMergeSite {
    parameters = List.copyOf(parameters);
  }

  /** A site that notes nothing for others to read. */
  public ScriptedMergeSite(List<ParameterSpec> parameters, int task) {
    this(parameters, task, new ArrayList<>());
  }

  @Override
  public RandomGenerator stream(String name) {
    return Streams.stream(SEED, "merge/" + name, 1, 0);
  }

  @Override
  public WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int maxExamples, FinishedTask.Labels labels) {
    return meanSquaredGradient(at, task, maxExamples, labels);
  }

  @Override
  public WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int of, int maxExamples, FinishedTask.Labels labels) {
    requireFinished(of);
    asked.add("squares " + of + " " + maxExamples + " " + labels);
    Named w = Named.of(at);
    return w.zip(w, (a, b) -> 0.1 * (1 + task - of) + a * b).snapshot(parameters);
  }

  @Override
  public WeightSnapshot inputMoments(
      WeightSnapshot at, int of, Set<String> kernels, int maxExamples) {
    requireFinished(of);
    asked.add("moments " + of + " " + new TreeSet<>(kernels) + " " + maxExamples);
    return new ScriptedMoments(parameters, of + Named.of(at).norm()).of(kernels, maxExamples);
  }

  private void requireFinished(int of) {
    if (of < 0 || of > task) {
      throw new IllegalArgumentException(
          "no examples of task " + of + ": tasks are finished from 0 to " + task);
    }
  }
}
