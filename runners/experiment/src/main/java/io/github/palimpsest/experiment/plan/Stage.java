package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.discovery.Recipe;
import org.jspecify.annotations.Nullable;

/**
 * The training of one task under one prefix of an experiment. Runs that have the same components
 * acting so far, the same data so far and the same seed have it in common.
 *
 * @param id the beginning of the SHA-256 of all that determines the state after its last step
 * @param task the task, from 0
 * @param recipe the components that can have acted by then, and no others
 * @param seed where every random stream begins
 * @param parent the training of the task before; null for the first
 */
public record Stage(String id, int task, Recipe recipe, long seed, @Nullable Stage parent) {
  @Override
  public String toString() {
    return id + " task " + (task + 1) + " of " + recipe + " seed=" + seed;
  }
}
