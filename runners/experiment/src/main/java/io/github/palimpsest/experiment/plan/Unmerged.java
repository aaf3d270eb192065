package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.merger.Merger;
import java.util.List;
import java.util.Optional;

/**
 * The training of a recipe without the mergers that act only after its last task. Such a merger
 * makes one model, at the end; the models of the training before it are of another kind, and no
 * metric compares the two.
 */
public final class Unmerged {
  private Unmerged() {}

  /**
   * The recipe without its mergers that act only after the last task; mergers that act after each
   * task stay. Empty if there is nothing to leave out.
   */
  public static Optional<Recipe> of(Recipe recipe) {
    List<Component<Merger>> along = recipe.mergers().stream().filter(m -> !onlyAtEnd(m)).toList();
    return along.size() == recipe.mergers().size()
        ? Optional.empty()
        : Optional.of(
            new Recipe(
                recipe.optimizer(),
                recipe.adapter(),
                recipe.regularizers(),
                recipe.rehearsal(),
                along));
  }

  /** Whether a component acts only after the last task. */
  static boolean onlyAtEnd(Component<?> c) {
    return c.traits().onset() == Onset.AFTER_TRAINING;
  }
}
