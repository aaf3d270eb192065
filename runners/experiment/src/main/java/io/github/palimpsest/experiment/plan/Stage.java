package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.discovery.Recipe;
import org.jspecify.annotations.Nullable;

/**
 * The training of one task under one prefix of an experiment. Runs with the same acting components,
 * data and seed so far share it.
 *
 * @param id the beginning of the SHA-256 of everything that determines the state after its last
 *     step
 * @param task the task, from 0
 * @param recipe the components that can have acted by then, and no others
 * @param seed the seed of all random streams
 * @param parent the training of the previous task; null for the first
 */
public record Stage(String id, int task, Recipe recipe, long seed, @Nullable Stage parent) {
  @Override
  public String toString() {
    return id + " task " + (task + 1) + " of " + recipe + " seed=" + seed;
  }
}
