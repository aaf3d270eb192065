package io.github.palimpsest.testing;

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
import java.util.Optional;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * A model whose parameters are declared otherwise, with other roles or layers.
 *
 * @param model the model
 * @param parameters with the names and shapes of the model's
 */
public record DeclaredModel(Model model, List<ParameterSpec> parameters) implements Model {
  /**
   * With one parameter declared a norm, so that every role that a technique may look for is there.
   */
  public static DeclaredModel withNorm(Model model, String norm) {
    return new DeclaredModel(
        model,
        model.parameters().stream()
            .map(
                p ->
                    p.name().equals(norm)
                        ? new ParameterSpec(p.name(), p.shape(), Role.NORM, p.layer())
                        : p)
            .toList());
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
