package io.github.palimpsest.execution.library;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.results.folder.CellFailure;
import java.util.List;

/**
 * The results of an experiment, by recipe and seed.
 *
 * @param all the finished results, recipe by recipe in the given order, then seed by seed
 * @param failures the failures, each with its reason
 * @param unfinished what a stopped run left undone, in the same order; empty if it was not stopped
 */
public record ExperimentResults(
    List<RecipeResult> all, List<CellFailure> failures, List<Unfinished> unfinished) {
  /** Copies the lists. */
  public ExperimentResults {
    all = List.copyOf(all);
    failures = List.copyOf(failures);
    unfinished = List.copyOf(unfinished);
  }

  /**
   * The result of a recipe with a seed.
   *
   * @param recipe as given to the experiment; spaces and the order of settings do not matter
   * @throws PalimpsestException if the recipe has no result with the seed; lists the results, and
   *     the reasons of failures
   */
  public RecipeResult of(String recipe, long seed) {
    String wanted = RecipeText.parse(recipe).toString();
    return all.stream()
        .filter(r -> r.recipe().equals(wanted) && r.seed() == seed)
        .findFirst()
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "recipe '"
                        + recipe
                        + "' has no result with seed "
                        + seed
                        + "; there are "
                        + all.stream().map(r -> "'" + r.recipe() + "' with " + r.seed()).toList()
                        + ", and failed are "
                        + failures.stream()
                            .map(f -> "'" + f.label() + "' with " + f.seed() + ": " + f.reason())
                            .toList()
                        + ", and not finished are "
                        + unfinished.stream()
                            .map(u -> "'" + u.recipe() + "' with " + u.seed())
                            .toList()));
  }
}
