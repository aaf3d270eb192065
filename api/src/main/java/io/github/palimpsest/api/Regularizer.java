package io.github.palimpsest.api;

/**
 * A loss term with a memory, such as elastic weight consolidation. All penalties of a recipe are
 * summed; the objective is {@code data loss + sum of penalties}.
 */
@FunctionalInterface
public interface Regularizer {
  /**
   * Binds to the graph of one task. Called once before each task, also before the first.
   *
   * @param site what may be used
   */
  BoundRegularizer bind(RegularizerSite site);
}
