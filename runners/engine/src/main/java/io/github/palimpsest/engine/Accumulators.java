package io.github.palimpsest.engine;

import io.github.palimpsest.engine.weights.ParameterStore;
import java.util.Collection;

/**
 * The variables of one oracle call that are there during a step with accumulation: sums over
 * micro-batches, and the point of the call.
 *
 * @param store has the variables
 * @param path a part of their names, unique in the graph
 */
record Accumulators(ParameterStore store, String path) {
  /** The prefix of sums of single numbers, which are 0 between steps. */
  static final String NUMBERS = "sum/";

  /** The prefix of sums of gradients, which take no memory between steps. */
  static final String GRADIENTS = "gradient/";

  /** The prefix of points, which take no memory between steps either. */
  static final String POINTS = "point/";

  String number(String name) {
    return NUMBERS + path + name;
  }

  String gradient(String name) {
    return GRADIENTS + path + name;
  }

  String point(String name) {
    return POINTS + path + name;
  }

  /** The names of the sums of gradients. */
  Collection<String> gradients() {
    return store.names(gradient(""));
  }

  /** The names of the tensors of the point; none if the point is not stored. */
  Collection<String> points() {
    return store.names(point(""));
  }
}
