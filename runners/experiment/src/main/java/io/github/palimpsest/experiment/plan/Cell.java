package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.discovery.Recipe;
import java.util.Map;

/**
 * One run of an experiment: a recipe and a seed.
 *
 * @param id the beginning of the SHA-256 of all that determines the result, so that neither the
 *     order of the file nor its other cells can change it
 * @param recipe the checked recipe
 * @param seed where every random stream begins
 * @param levels the level of each axis as written, by the axis's name
 */
public record Cell(String id, Recipe recipe, long seed, Map<String, String> levels) {
  @Override
  public String toString() {
    return id + " " + recipe + " seed=" + seed;
  }
}
