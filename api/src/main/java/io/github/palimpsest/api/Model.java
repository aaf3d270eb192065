package io.github.palimpsest.api;

import java.util.List;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * A differentiable model: a pure function from weights and a batch to losses. {@link #forward} may
 * be called several times in one graph, at different weights, and must not have side effects.
 */
public interface Model {
  /** All parameters, in a fixed order. */
  List<ParameterSpec> parameters();

  /** What {@link #batch} makes and {@link #forward} reads. */
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
   * Puts examples together into one batch, in the given order, padding where lengths differ.
   *
   * @return one array for each of {@link #inputs()}
   */
  SortedMap<String, HostArray> batch(List<Example> examples);

  /**
   * An example with another label, for rehearsal of what the model itself would say.
   *
   * @param example one of this model's
   * @param row which prediction, as in {@link Forward#logits} for the example by itself
   * @param label what it is to predict from now on
   * @throws PalimpsestException if this model's examples have no such labels
   */
  default Example relabelled(Example example, int row, int label) {
    throw new PalimpsestException("this model cannot write examples of its own");
  }

  /**
   * An example whose predictions count more or less.
   *
   * @param example one of this model's
   * @param factors for each prediction, as in {@link Forward#logits} for the example by itself; 0
   *     takes it out of the loss, 1 leaves it as it is
   * @throws PalimpsestException if this model's examples have no such weights
   */
  default Example reweighted(Example example, float[] factors) {
    throw new PalimpsestException("this model cannot weigh the predictions of an example");
  }

  /** Fresh random weights. */
  WeightSnapshot initialWeights(RandomGenerator rng);
}
