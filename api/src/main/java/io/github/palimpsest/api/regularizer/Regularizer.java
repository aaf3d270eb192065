package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import java.util.List;

/**
 * A loss term with a memory, such as elastic weight consolidation. All penalties of a recipe are
 * summed; the objective is {@code data loss + sum of penalties}.
 */
@Stable(since = "0.1")
@FunctionalInterface
public interface Regularizer {
  /**
   * Binds to one graph of a task. Called before each task, including the first, and again for the
   * graph that finishes a task; it must have no side effects (RUN-01).
   *
   * @param site the graph and the memories
   */
  BoundRegularizer bind(RegularizerSite site);

  /**
   * The shapes of all tensors that its penalty takes from {@link RegularizerSite#drawn}, for
   * forecasts of memory (REG-14).
   *
   * @param trainable the trainable parameters
   */
  default List<Shape> drawn(List<ParameterSpec> trainable) {
    return List.of();
  }
}
