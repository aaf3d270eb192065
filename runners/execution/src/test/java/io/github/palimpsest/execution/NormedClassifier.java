package io.github.palimpsest.execution;

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
import io.github.palimpsest.testing.ClassifierModel;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * The classifier with its last bias declared a norm, so that no technique looks for one in vain.
 */
record NormedClassifier(ClassifierModel model) implements Model {
  private static final String NORM = "fc2.bias";

  @Override
  public List<ParameterSpec> parameters() {
    return model.parameters().stream()
        .map(
            p ->
                p.name().equals(NORM)
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
  public <C> Optional<C> capability(Class<C> type) {
    return model.capability(type);
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return model.initialWeights(rng);
  }
}
