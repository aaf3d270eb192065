package io.github.palimpsest.tck.asserting;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.tck.rule.RunnerRule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/** Checks that an adapter receives exactly its own trainable parameters (RUN-04, RUN-05). */
public final class AssertingAdapter implements Adapter {
  private final Adapter adapter;
  private final History history;

  /**
   * @param adapter does the work
   * @param history where calls are noted
   */
  public AssertingAdapter(Adapter adapter, History history) {
    this.adapter = adapter;
    this.history = history;
  }

  @Override
  public boolean mergesAfterTask() {
    return adapter.mergesAfterTask();
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    history.add("bind adapter");
    return new Bound(adapter.bind(base));
  }

  private final class Bound implements BoundAdapter {
    private final BoundAdapter inner;
    private final Set<String> names = new LinkedHashSet<>();

    Bound(BoundAdapter inner) {
      this.inner = inner;
      inner.trainable().forEach(p -> names.add(p.name()));
    }

    @Override
    public List<ParameterSpec> trainable() {
      return inner.trainable();
    }

    @Override
    public List<AddedBias> added() {
      return inner.added();
    }

    @Override
    public Optional<InputRows> inputRows() {
      return inner.inputRows();
    }

    @Override
    public List<ParameterSpec> derived() {
      return inner.derived();
    }

    @Override
    public Tensors derive(Ops tf, Weights base, KernelInputs inputs, RandomGenerator rng) {
      history.add("derive");
      return inner.derive(tf, base, inputs, rng);
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      history.add("initial");
      return inner.initial(base, rng);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      history.add("effective");
      requireAll(trainable);
      return inner.effective(tf, trainable, base);
    }

    @Override
    public Weights training(Ops tf, Params trainable, Weights base, StepNoise noise) {
      history.add("effective");
      requireAll(trainable);
      return inner.training(tf, trainable, base, noise);
    }

    private void requireAll(Params trainable) {
      history.require(
          trainable.tensors().names().equals(names),
          RunnerRule.RUN_05,
          "effective weights at " + trainable.tensors().names() + " instead of " + names);
    }

    @Override
    public boolean isAdditive() {
      return inner.isAdditive();
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      history.add("merge adapter");
      history.require(
          trainable.names().equals(names),
          RunnerRule.RUN_03,
          "merged from " + trainable.names() + " instead of " + names);
      return inner.merge(trainable, base);
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return inner.capability(type);
    }
  }
}
