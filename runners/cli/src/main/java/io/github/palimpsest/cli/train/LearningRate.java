package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.recipe.Schedules;
import io.github.palimpsest.api.recipe.Value;
import java.util.Optional;

/** The learning rate of a recipe, for display. */
final class LearningRate {
  private static final String KEY = "lr";

  private LearningRate() {}

  /** The setting {@code lr} of the optimizer, or of the optimizer that it wraps. */
  static Optional<Schedule> of(Recipe recipe) {
    return of(recipe.optimizer());
  }

  private static Optional<Schedule> of(Component<?> component) {
    Value value = component.settings().canonical().get(KEY);
    if (value != null) {
      try {
        return Optional.of(Schedules.parse(value));
      } catch (PalimpsestException e) {
        return Optional.empty(); // a setting of a plugin that only has the name
      }
    }
    return component.nested().values().stream().flatMap(c -> of(c).stream()).findFirst();
  }
}
