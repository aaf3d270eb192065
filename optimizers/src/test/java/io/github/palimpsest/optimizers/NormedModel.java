package io.github.palimpsest.optimizers;

import io.github.palimpsest.api.BatchTensors;
import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Forward;
import io.github.palimpsest.api.HostArray;
import io.github.palimpsest.api.InputSpec;
import io.github.palimpsest.api.Model;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.ParameterSpec.Role;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.Weights;
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
