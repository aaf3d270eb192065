package io.github.palimpsest.api.probe;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;

/**
 * Weights under a probe, and the data loss around them on fixed examples: a deterministic function
 * of the weights.
 */
@Experimental(since = "0.1")
public interface ProbeSite {
  /** The model's parameters. */
  List<ParameterSpec> parameters();

  /** The weights to be measured; adapters are merged. */
  WeightSnapshot weights();

  /** The weights before any training. */
  WeightSnapshot pretrained();

  /**
   * The data loss at some weights, in nats per target token.
   *
   * @param at one tensor for each parameter
   */
  double loss(WeightSnapshot at);

  /**
   * The gradient of {@link #loss} at some weights.
   *
   * @param at one tensor for each parameter
   * @return one tensor for each parameter
   */
  WeightSnapshot gradient(WeightSnapshot at);

  /**
   * The mean over target tokens of the divergence between predictions, {@code KL(p_from || p_to)},
   * in nats.
   */
  double divergence(WeightSnapshot from, WeightSnapshot to);

  /**
   * What the model computes between its layers at some weights: each value that it marks as passing
   * from one layer to the next ({@link Weights#boundary}), in order, and its logits last. A row is
   * the mean of an example's rows, by itself and without padding; the examples are those of {@link
   * #loss}, in one order for all weights. Counts as one pass.
   *
   * @param at one tensor for each parameter
   * @return {@code [examples, width]} for each value, at least for the logits
   */
  List<HostArray.Floats> representations(WeightSnapshot at);
}
