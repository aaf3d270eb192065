package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Capable;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * A differentiable model: a pure function from weights and a batch to losses. {@link #forward} may
 * be called several times in one graph, at different weights, and must not have side effects. Some
 * rehearsals need a model with the {@linkplain Capable capability} {@link Relabelling}, {@link
 * Reweighting} or {@link Unprompted}, and some adapters {@link RowsBeforeInput}.
 */
@Stable(since = "0.1")
public interface Model extends Capable {
  /** All parameters, in a fixed order. */
  List<ParameterSpec> parameters();

  /** The inputs that {@link #batch} creates and {@link #forward} reads. */
  List<InputSpec> inputs();

  /**
   * Builds the forward pass.
   *
   * @param tf where to build
   * @param at the weights to use
   * @param batch one operand for each of {@link #inputs()}
   */
  Forward forward(Ops tf, Weights at, BatchTensors batch);

  /**
   * Combines examples into one batch, in the given order, with padding if lengths differ.
   *
   * @return one array for each of {@link #inputs()}
   */
  SortedMap<String, HostArray> batch(List<Example> examples);

  /** Fresh random weights. */
  WeightSnapshot initialWeights(RandomGenerator rng);
}
