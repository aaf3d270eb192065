package io.github.palimpsest.engine;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.weights.ParameterStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What one regularizer sees of a task's graph; its memories are variables that nobody writes. */
record MemorySite(
    Ops tf,
    List<ParameterSpec> trainable,
    int finishedTasks,
    Supplier<Tensors> startOperands,
    SortedMap<String, WeightSnapshot> remembered,
    ParameterStore store,
    String prefix)
    implements RegularizerSite {

  @Override
  public Tensors start() {
    return startOperands.get();
  }

  @Override
  public Set<String> memories() {
    return remembered.keySet();
  }

  @Override
  public Tensors memory(String name) {
    WeightSnapshot values = remembered.get(name);
    if (values == null) {
      throw new IllegalArgumentException(
          "nothing is remembered as '" + name + "', only " + remembered.keySet());
    }
    Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
    for (String tensor : values.names()) {
      reads.put(tensor, store.variable(prefix + name + "/" + tensor, values.shape(tensor), 0));
    }
    return Tensors.of(reads);
  }
}
