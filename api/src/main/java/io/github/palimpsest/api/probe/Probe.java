package io.github.palimpsest.api.probe;

import io.github.palimpsest.api.Stable;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/** Measures trained weights, for example how sharp the loss is around them. No graph here. */
@Stable(since = "0.1")
public interface Probe {
  /**
   * Measures.
   *
   * @param site the weights and what can be asked of the model
   * @param rng where random directions come from: equal for all weights that are to be compared
   * @return finite numbers by name, at least one
   */
  SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng);

  /**
   * How many forward passes over the site's examples a measurement takes; a gradient counts as two
   * more. Shown before it starts.
   */
  long passes();
}
