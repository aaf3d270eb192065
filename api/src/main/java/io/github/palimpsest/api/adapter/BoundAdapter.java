package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Capable;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * An adapter bound to a model. The base's tensors never change while it trains (PAR-02). One that
 * PEFT knows has the {@linkplain Capable capabilities} {@link PeftExport} and {@link PeftImport}.
 */
@Stable(since = "0.1")
public interface BoundAdapter extends Capable {
  /** The parameters to train; names disjoint from the base's that stay frozen (PAR-03). */
  List<ParameterSpec> trainable();

  /**
   * Frozen tensors of the adapter's own that follow from the base, such as singular vectors of its
   * kernels; names disjoint from all others. Whoever runs the adapter computes them by {@link
   * #derive} before anything else, once for each base, and shows them beside the base's tensors
   * wherever a method here takes the base.
   */
  default List<ParameterSpec> derived() {
    return List.of();
  }

  /**
   * Builds the values of {@link #derived()}.
   *
   * @param tf where to build
   * @param base the model's weights
   * @return one operand for each
   */
  default Tensors derive(Ops tf, Weights base) {
    return Tensors.of(Map.of());
  }

  /**
   * The same for an adapter that follows from what the base's kernels are given as well. What a
   * runner calls; the one without inputs is for adapters that need none.
   *
   * @param inputs what the kernels are given on the corpus
   */
  default Tensors derive(Ops tf, Weights base, KernelInputs inputs) {
    return derive(tf, base);
  }

  /**
   * Values of {@link #trainable()} at the start, with which the effective weights equal the base
   * exactly (PAR-01).
   *
   * @param base the model's weights
   * @param rng where random values come from
   * @return one tensor for each of {@link #trainable()}
   */
  WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng);

  /**
   * The weights that the model is to use.
   *
   * @param tf where to build
   * @param trainable the adapter's parameters
   * @param base the model's weights, frozen
   */
  Weights effective(Ops tf, Params trainable, Weights base);

  /**
   * The weights that the model is to use while it is trained, such as with dropout. Everywhere else
   * {@link #effective} is what counts: in evaluation, in the Fisher information, and where a
   * penalty looks at other parameters.
   *
   * @param tf where to build
   * @param trainable the adapter's parameters
   * @param base the model's weights, frozen
   * @param noise random numbers of the step
   */
  default Weights training(Ops tf, Params trainable, Weights base, StepNoise noise) {
    return effective(tf, trainable, base);
  }

  /**
   * Whether the effective weights are the base's plus something that does not depend on it, so that
   * a constant added to the base is added to them. A runner then moves effective weights at the
   * cost of a sum; it must not be claimed of anything else (PAR-07).
   */
  default boolean isAdditive() {
    return false;
  }

  /**
   * The effective weights as plain weights of the model (PAR-04).
   *
   * @param trainable values of {@link #trainable()}
   * @param base the model's weights
   * @return one tensor for each parameter of the base; may be computed when read
   */
  WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base);
}
