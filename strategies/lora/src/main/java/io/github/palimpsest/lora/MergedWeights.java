package io.github.palimpsest.lora;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A model's weights with some tensors replaced, computed when read: one tensor in memory, not a
 * model.
 *
 * @param base the model's weights
 * @param names the model's tensors
 * @param adapted the names of the tensors replaced
 * @param merged computes a replaced tensor
 */
record MergedWeights(
    WeightSnapshot base,
    SortedSet<String> names,
    Set<String> adapted,
    Function<String, float[]> merged)
    implements WeightSnapshot {
  /** Those of a base beside which nothing was derived. */
  MergedWeights(WeightSnapshot base, Set<String> adapted, Function<String, float[]> merged) {
    this(base, base.names(), adapted, merged);
  }

  /** Those of the given parameters alone. */
  MergedWeights(
      WeightSnapshot base,
      List<ParameterSpec> of,
      Set<String> adapted,
      Function<String, float[]> merged) {
    this(
        base,
        of.stream().map(ParameterSpec::name).collect(Collectors.toCollection(TreeSet::new)),
        adapted,
        merged);
  }

  MergedWeights {
    names = Collections.unmodifiableSortedSet(names);
  }

  @Override
  public Shape shape(String name) {
    return base.shape(name);
  }

  @Override
  public FloatBuffer read(String name) {
    return adapted.contains(name)
        ? FloatBuffer.wrap(merged.apply(name)).asReadOnlyBuffer()
        : base.read(name);
  }
}
