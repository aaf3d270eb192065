package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.metric.ReferenceTraining;
import java.util.Locale;
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
 * @param parent the training of the previous task; null for the first, and for a reference model
 * @param reference how the reference model of the task is trained, with whose score metrics
 *     compare; null for the training of a run
 */
public record Stage(
    String id,
    int task,
    Recipe recipe,
    long seed,
    @Nullable Stage parent,
    @Nullable ReferenceTraining reference) {
  /** The number of tasks that were trained one after another before it. */
  public int tasksBefore() {
    return reference == null ? task : 0;
  }

  /** The word of its reference training; empty for the training of a run. */
  public String referenceWord() {
    return reference == null ? "" : word(reference);
  }

  /** A reference training in files and messages. */
  public static String word(ReferenceTraining reference) {
    return reference.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    String of = reference == null ? "" : referenceWord() + " reference of ";
    return id + " " + of + "task " + (task + 1) + " of " + recipe + " seed=" + seed;
  }
}
