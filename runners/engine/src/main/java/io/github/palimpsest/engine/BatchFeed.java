package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.engine.batch.RehearsedFeed;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.engine.weights.HostTensors;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A model's inputs: their placeholders, and the tensors that feed them. */
final class BatchFeed implements BatchTensors {
  private final Model model;
  private final Map<String, Placeholder<?>> placeholders = new LinkedHashMap<>();
  private final RehearsedFeed rehearsed;

  /** Inputs of a batch without rehearsed examples. */
  BatchFeed(Ops tf, Model model) {
    this(tf, model, new RehearsedFeed(tf, e -> 0));
  }

  BatchFeed(Ops tf, Model model, RehearsedFeed rehearsed) {
    this.model = model;
    this.rehearsed = rehearsed;
    for (InputSpec in : model.inputs()) {
      placeholders.put(in.name(), Inference.placeholder(tf, in));
    }
  }

  Collection<Placeholder<?>> placeholders() {
    return placeholders.values();
  }

  /** The examples as one batch; close the tensors afterwards. */
  Map<Placeholder<?>, Tensor> tensors(List<Example> examples) {
    SortedMap<String, HostArray> arrays = model.batch(examples);
    Map<Placeholder<?>, Tensor> tensors = new LinkedHashMap<>();
    placeholders.forEach(
        (name, placeholder) -> {
          HostArray array = arrays.get(name);
          if (array == null) {
            throw new IllegalStateException(
                "the model returned no input '" + name + "', only " + arrays.keySet());
          }
          tensors.put(placeholder, HostTensors.of(array));
        });
    rehearsed.arrays(examples).forEach((p, array) -> tensors.put(p, HostTensors.of(array)));
    return tensors;
  }

  void feed(Session.Runner runner, Map<Placeholder<?>, Tensor> tensors) {
    tensors.forEach(runner::feed);
  }

  @Override
  public Operand<TInt32> ints(String name) {
    return input(name).asOutput().expect(TInt32.class);
  }

  @Override
  public Operand<TFloat32> floats(String name) {
    return input(name).asOutput().expect(TFloat32.class);
  }

  private Placeholder<?> input(String name) {
    Placeholder<?> p = placeholders.get(name);
    if (p == null) {
      throw new IllegalArgumentException("no input '" + name + "' among " + placeholders.keySet());
    }
    return p;
  }
}
