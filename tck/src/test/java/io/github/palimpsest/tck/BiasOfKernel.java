package io.github.palimpsest.tck;

import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/** Adds a bias to the product with {@link SmallLora#KERNEL}, and trains it alone. */
class BiasOfKernel implements BoundAdapter {
  private final AddedBias bias;

  BiasOfKernel(List<ParameterSpec> base) {
    bias =
        base.stream()
            .filter(p -> p.name().equals(SmallLora.KERNEL))
            .map(AddedBias::of)
            .findFirst()
            .orElseThrow();
  }

  AddedBias bias() {
    return bias;
  }

  @Override
  public List<ParameterSpec> trainable() {
    return List.of(bias.parameter());
  }

  @Override
  public List<AddedBias> added() {
    return List.of(bias);
  }

  @Override
  public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
    ParameterSpec p = bias.parameter();
    return WeightSnapshot.of(
        Map.of(p.name(), p.shape()),
        Map.of(p.name(), new float[Math.toIntExact(p.shape().size())]));
  }

  @Override
  public Weights effective(Ops tf, Params trainable, Weights base) {
    return AddedBias.on(tf, base, trainable.tensors());
  }

  @Override
  public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    base.names().forEach(name -> shapes.put(name, base.shape(name)));
    trainable.names().forEach(name -> shapes.put(name, trainable.shape(name)));
    return WeightSnapshot.computed(
        shapes, name -> trainable.names().contains(name) ? trainable.copy(name) : base.copy(name));
  }
}
