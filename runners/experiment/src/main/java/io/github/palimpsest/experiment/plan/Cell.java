package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.discovery.Recipe;
import java.util.Map;

/**
 * One run of an experiment: a recipe and a seed.
 *
 * @param id the beginning of the SHA-256 of everything that determines the result, so that neither
 *     the order of the file nor its other cells can change it
 * @param recipe the checked recipe
 * @param label the recipe without the defaults that all recipes of the grid share
 * @param seed the seed of all random streams
 * @param levels the written level of each axis, by the axis's name
 */
public record Cell(String id, Recipe recipe, String label, long seed, Map<String, String> levels) {
  @Override
  public String toString() {
    return id + " " + recipe + " seed=" + seed;
  }
}
