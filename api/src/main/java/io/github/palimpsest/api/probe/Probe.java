package io.github.palimpsest.api.probe;

import io.github.palimpsest.api.Stable;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/**
 * Measures trained weights, for example the sharpness of the loss around them. It uses no graph.
 */
@Stable(since = "0.1")
public interface Probe {
  /**
   * Measures the weights of a site.
   *
   * @param site the weights and the model
   * @param rng the source of random directions; equal for all weights that are compared
   * @return finite numbers by name, at least one
   */
  SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng);

  /**
   * The maximum number of forward passes over the site's examples; a gradient counts as two more.
   * It is shown before the measurement starts.
   */
  long passes();
}
