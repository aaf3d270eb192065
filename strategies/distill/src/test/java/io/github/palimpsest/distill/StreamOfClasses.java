package io.github.palimpsest.distill;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Classes;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/** A model whose logits are the classes of some tasks. */
record StreamOfClasses(Model base, List<List<Integer>> byTask) implements Model {
  @Override
  public List<ParameterSpec> parameters() {
    return base.parameters();
  }

  @Override
  public List<InputSpec> inputs() {
    return base.inputs();
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    return base.forward(tf, at, batch).classifying(Classes.shared(byTask));
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    return base.batch(examples);
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return base.initialWeights(rng);
  }
}
