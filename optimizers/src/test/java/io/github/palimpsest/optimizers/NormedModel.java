package io.github.palimpsest.optimizers;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * The classifier with one of its biases declared a norm, so that every role that a technique may
 * look for is there.
 */
record NormedModel(Model model) implements Model {
  @Override
  public List<ParameterSpec> parameters() {
    return model.parameters().stream()
        .map(
            p ->
                p.name().equals("fc1.bias")
                    ? new ParameterSpec(p.name(), p.shape(), Role.NORM, p.layer())
                    : p)
        .toList();
  }

  @Override
  public List<InputSpec> inputs() {
    return model.inputs();
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    return model.forward(tf, at, batch);
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    return model.batch(examples);
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return model.initialWeights(rng);
  }
}
