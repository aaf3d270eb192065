package io.github.palimpsest.execution;

import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How many rehearsed examples come in an epoch of each task, and a warning where none does. */
final class RehearsedExamples {
  private RehearsedExamples() {}

  /**
   * The numbers, null for a task in which none are meant to come.
   *
   * @param steps of each task, which may end before its first epoch does
   * @return null without a rehearsal that knows
   */
  static @Nullable List<@Nullable Long> of(
      Plan plan, Recipe recipe, List<Long> steps, Subject subject) {
    Optional<Rehearsal> rehearsal = Seats.of(recipe).rehearsal();
    List<@Nullable Long> numbers = new ArrayList<>();
    for (int task = 0; task < steps.size() && rehearsal.isPresent(); task++) {
      long batch = plan.experiment().training().batchSize();
      long examples = Math.min(subject.task(task).examples().size(), steps.get(task) * batch);
      OptionalLong number = rehearsal.get().rehearsed(task, examples);
      numbers.add(number.isPresent() ? number.getAsLong() : null);
    }
    return numbers.stream().anyMatch(Objects::nonNull) ? numbers : null;
  }
}
