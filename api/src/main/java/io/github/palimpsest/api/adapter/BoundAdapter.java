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
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * An adapter bound to a model. The base's tensors never change while it trains (PAR-02). An adapter
 * that PEFT supports has the {@linkplain Capable capabilities} {@link PeftExport} and {@link
 * PeftImport}.
 */
@Stable(since = "0.1")
public interface BoundAdapter extends Capable {
  /**
   * The parameters to train; their names differ from those of the frozen parameters of the base
   * (PAR-03).
   */
  List<ParameterSpec> trainable();

  /**
   * Biases that the adapter adds to products of the model. They cannot be merged into the model's
   * own tensors, so a provider promises {@link
   * io.github.palimpsest.api.component.Promise#UNMERGEABLE} if and only if there are any, or {@link
   * #inputRows} (PAR-11).
   */
  default List<AddedBias> added() {
    return List.of();
  }

  /**
   * Rows that the adapter puts before the input of every sequence, which cannot be merged either:
   * the effective weights give them as {@link Weights#rowsBefore}, with the table's name (PAR-12).
   */
  default Optional<InputRows> inputRows() {
    return Optional.empty();
  }

  /**
   * Frozen tensors of the adapter's own that follow from the base, such as singular vectors of its
   * kernels; their names are unique. The runner computes them with {@link #derive} first, once for
   * each base, and passes them together with the base's tensors to every method here that takes the
   * base.
   */
  default List<ParameterSpec> derived() {
    return List.of();
  }

  /**
   * Builds the values of {@link #derived()}.
   *
   * @param tf where to build
   * @param base the model's weights
   * @return one operand for each derived tensor
   */
  default Tensors derive(Ops tf, Weights base) {
    return Tensors.of(Map.of());
  }

  /**
   * Builds the values of {@link #derived()} with the inputs of the base's kernels.
   *
   * @param inputs the inputs of the kernels on the corpus
   */
  default Tensors derive(Ops tf, Weights base, KernelInputs inputs) {
    return derive(tf, base);
  }

  /**
   * Builds the values of {@link #derived()} with random numbers, such as the frozen matrices of
   * VeRA. A runner calls this variant; adapters that need no random numbers implement one of the
   * others. The values are a function of the arguments (PAR-10).
   *
   * @param tf where to build
   * @param base the model's weights
   * @param inputs the inputs of the kernels on the corpus
   * @param rng the source of random values, another stream than that of {@link #initial}; draw from
   *     it while building
   * @return one operand for each derived tensor, of its shape
   */
  default Tensors derive(Ops tf, Weights base, KernelInputs inputs, RandomGenerator rng) {
    return derive(tf, base, inputs);
  }

  /**
   * The initial values of {@link #trainable()}. With them the effective weights equal the base
   * exactly (PAR-01); {@link #inputRows} are next to them.
   *
   * @param base the model's weights
   * @param rng the source of random values
   * @return one tensor for each of {@link #trainable()}
   */
  WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng);

  /**
   * The weights that the model uses.
   *
   * @param tf where to build
   * @param trainable the adapter's parameters
   * @param base the model's weights, frozen
   */
  Weights effective(Ops tf, Params trainable, Weights base);

  /**
   * The weights that the model uses during training, for example with dropout. Evaluation, the
   * Fisher information and penalties at other parameters use {@link #effective}.
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
   * Whether the effective weights are the base's plus a term that does not depend on the base, so
   * that a constant added to the base is added to them. A runner then moves effective weights at
   * the cost of a sum. Other adapters must return false (PAR-07).
   */
  default boolean isAdditive() {
    return false;
  }

  /**
   * The effective weights as plain weights of the model (PAR-04).
   *
   * @param trainable values of {@link #trainable()}
   * @param base the model's weights
   * @return one tensor for each parameter of the base, for each of {@link #added()} and for {@link
   *     #inputRows()}, under their names; may be computed when read
   */
  WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base);
}
