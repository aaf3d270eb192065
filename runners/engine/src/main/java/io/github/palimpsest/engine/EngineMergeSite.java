package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.engine.inference.MomentPass;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.tensorflow.Session;

/**
 * The information that a merger can request after one task.
 *
 * @param start the start of that task; its base and trainable parameters are not used
 * @param examples the examples of a task, in the order in which the Fisher takes them
 */
record EngineMergeSite(TaskStart start, IntFunction<List<Example>> examples) implements MergeSite {
  @Override
  public List<ParameterSpec> parameters() {
    return start.model().parameters();
  }

  @Override
  public RandomGenerator stream(String name) {
    return Streams.stream(start.seed(), "merge/" + name, start.task(), 0);
  }

  @Override
  public WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int maxExamples, FinishedTask.Labels labels) {
    return meanSquaredGradient(at, start.task(), maxExamples, labels);
  }

  /** Uses a graph of the plain model, because an adapter has been merged before. */
  @Override
  public WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int task, int maxExamples, FinishedTask.Labels labels) {
    requireFinished(task);
    try (TaskGraph graph = new TaskGraph(start.plain(at, task));
        Session session = graph.session()) {
      return new FisherPass(graph, session, examples.apply(task))
          .meanSquaredGradient(FinishedTask.Estimate.of(maxExamples).labels(labels));
    }
  }

  @Override
  public WeightSnapshot inputMoments(
      WeightSnapshot at, int task, Set<String> kernels, int maxExamples) {
    requireFinished(task);
    return new MomentPass(start.model(), at, start.device())
        .of(kernels, maxExamples, examples.apply(task));
  }

  private void requireFinished(int task) {
    if (task < 0 || task > start.task()) {
      throw new IllegalArgumentException(
          "no examples of task " + task + ": tasks are finished from 0 to " + start.task());
    }
  }
}
