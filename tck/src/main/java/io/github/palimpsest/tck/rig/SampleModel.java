package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.FinishedModel;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Stands for the model of a finished task: two logits made of an example's id, no labels. */
public record SampleModel() implements FinishedModel {
  @Override
  public HostArray.Floats logits(Example example) {
    int hash = example.id().hashCode();
    return new HostArray.Floats(new float[] {hash % 7, hash % 11}, 1, 2);
  }

  @Override
  public Losses losses(Example example) {
    return Losses.of(new float[] {Math.abs(example.id().hashCode() % 5)}, new float[] {1});
  }

  @Override
  public Example reweighted(Example example, float[] factors) {
    TreeMap<String, HostArray> fields = new TreeMap<>(example.fields());
    fields.put("weights", new HostArray.Floats(factors));
    return new Example(example.id(), example.tokens(), fields);
  }

  /** Draws once for each example, as a model would; a field tells at which temperature. */
  @Override
  public List<Example> relabelled(List<Example> examples, double temperature, RandomGenerator rng) {
    return examples.stream().map(e -> drawn(e, rng.nextDouble(), temperature, 0)).toList();
  }

  private static Example drawn(Example e, double number, double temperature, int tokens) {
    TreeMap<String, HostArray> fields = new TreeMap<>(e.fields());
    float[] how = {(float) number, (float) temperature, tokens};
    fields.put("drawn", new HostArray.Floats(how, how.length));
    return new Example(e.id(), e.tokens(), fields);
  }

  /** Draws once for each example too; the field tells the number of tokens as well. */
  @Override
  public List<Example> samples(
      List<String> ids, int tokens, double temperature, RandomGenerator rng) {
    return ids.stream()
        .map(FunctionModel::example)
        .map(e -> drawn(e, rng.nextDouble(), temperature, tokens))
        .toList();
  }
}
