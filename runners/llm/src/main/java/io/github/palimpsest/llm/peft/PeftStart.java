package io.github.palimpsest.llm.peft;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * An adapter that starts with the values of a PEFT adapter instead of fresh ones, so that training
 * goes on from there.
 *
 * @param fresh the adapter with the settings of the PEFT adapter
 * @param tensors the PEFT adapter's tensors
 */
public record PeftStart(Adapter fresh, WeightSnapshot tensors) implements Adapter {
  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    return new Bound(fresh.bind(base), tensors);
  }

  @Override
  public boolean mergesAfterTask() {
    return fresh.mergesAfterTask();
  }

  /**
   * The values of an adapter's parameters from PEFT's tensors.
   *
   * @param base the model's weights with what the adapter derives from them
   * @throws PalimpsestException if a tensor is missing, unknown or has the wrong shape, or adapters
   *     of this kind cannot be read from PEFT's files
   */
  public static WeightSnapshot values(
      BoundAdapter bound, WeightSnapshot tensors, WeightSnapshot base) {
    return bound
        .capability(PeftImport.class)
        .orElseThrow(
            () -> new PalimpsestException("this kind of adapter cannot be read from PEFT's files"))
        .fromPeft(tensors, base);
  }

  /** All but {@link #initial} is the adapter's. */
  private record Bound(BoundAdapter adapter, WeightSnapshot tensors) implements BoundAdapter {
    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      return values(adapter, tensors, base);
    }

    @Override
    public List<ParameterSpec> trainable() {
      return adapter.trainable();
    }

    @Override
    public List<ParameterSpec> derived() {
      return adapter.derived();
    }

    @Override
    public Tensors derive(Ops tf, Weights base, KernelInputs inputs, RandomGenerator rng) {
      return adapter.derive(tf, base, inputs, rng);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return adapter.effective(tf, trainable, base);
    }

    @Override
    public Weights training(Ops tf, Params trainable, Weights base, StepNoise noise) {
      return adapter.training(tf, trainable, base, noise);
    }

    @Override
    public boolean isAdditive() {
      return adapter.isAdditive();
    }

    @Override
    public List<AddedBias> added() {
      return adapter.added();
    }

    @Override
    public Optional<InputRows> inputRows() {
      return adapter.inputRows();
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      return adapter.merge(trainable, base);
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
      return adapter.capability(type);
    }
  }
}
