package io.github.palimpsest.results.analysis;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A finished cell, as far as its analysis goes.
 *
 * @param cell the cell's id
 * @param recipe the recipe without its defaults
 * @param seed the block that it belongs to
 * @param levels the level of each axis as written, by the axis's name
 * @param outcomes the outcomes by name; NaN where one is not defined
 * @param tradeOff what was learned, what was retained and what it cost
 * @param examples the outcomes of single examples, by evaluation set
 */
public record Observation(
    String cell,
    String recipe,
    long seed,
    Map<String, String> levels,
    Map<String, Double> outcomes,
    TradeOff tradeOff,
    Map<String, Examples> examples) {
  /** Copies the maps. */
  public Observation {
    levels = Collections.unmodifiableMap(new LinkedHashMap<>(levels));
    outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    examples = Collections.unmodifiableMap(new LinkedHashMap<>(examples));
  }

  /** A copy at another seed with one outcome alone. */
  Observation with(long otherSeed, String outcome, double value) {
    return new Observation(
        cell, recipe, otherSeed, levels, Map.of(outcome, value), tradeOff, Map.of());
  }

  /** An outcome; NaN where it is not defined. */
  public double outcome(String name) {
    return outcomes.getOrDefault(name, Double.NaN);
  }
}
