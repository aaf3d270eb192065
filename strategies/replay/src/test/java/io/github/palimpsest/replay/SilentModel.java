package io.github.palimpsest.replay;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.FinishedModel;
import java.util.List;
import java.util.random.RandomGenerator;

/** A model that may not be asked; tests override what may be. */
class SilentModel implements FinishedModel {
  @Override
  public HostArray.Floats logits(Example example) {
    throw new AssertionError(example);
  }

  @Override
  public Losses losses(Example example) {
    throw new AssertionError(example);
  }

  @Override
  public Example reweighted(Example example, float[] factors) {
    throw new AssertionError(example);
  }

  @Override
  public List<Example> relabelled(List<Example> examples, double temperature, RandomGenerator rng) {
    throw new AssertionError(examples);
  }

  @Override
  public List<Example> samples(
      List<String> ids, int tokens, double temperature, RandomGenerator rng) {
    throw new AssertionError(ids);
  }
}
