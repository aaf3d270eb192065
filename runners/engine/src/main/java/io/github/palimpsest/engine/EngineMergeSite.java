package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import java.util.List;
import java.util.random.RandomGenerator;
import org.tensorflow.Session;

/**
 * What a merger may ask after one task.
 *
 * @param start how that task began; its base and trainable parameters are not used
 * @param examples the task's examples, in the order in which the Fisher takes them
 */
record EngineMergeSite(TaskStart start, List<Example> examples) implements MergeSite {
  @Override
  public List<ParameterSpec> parameters() {
    return start.model().parameters();
  }

  @Override
  public RandomGenerator stream(String name) {
    return Streams.stream(start.seed(), "merge/" + name, start.task(), 0);
  }

  /** In a graph of the plain model: an adapter is merged by now. */
  @Override
  public WeightSnapshot meanSquaredGradient(
      WeightSnapshot at, int maxExamples, FinishedTask.Labels labels) {
    try (TaskGraph graph = new TaskGraph(start.plain(at));
        Session session = graph.session()) {
      return new FisherPass(graph, session, examples)
          .meanSquaredGradient(FinishedTask.Estimate.of(maxExamples).labels(labels));
    }
  }
}
