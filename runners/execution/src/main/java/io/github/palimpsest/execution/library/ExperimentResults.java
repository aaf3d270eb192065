package io.github.palimpsest.execution.library;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.results.folder.CellFailure;
import java.util.List;

/**
 * The results of an experiment, by recipe and seed.
 *
 * @param all what has finished, recipe by recipe in the order given, then seed by seed
 * @param failures what has failed, with the reason of each
 */
public record ExperimentResults(List<RecipeResult> all, List<CellFailure> failures) {
  /** Copies the lists. */
  public ExperimentResults {
    all = List.copyOf(all);
    failures = List.copyOf(failures);
  }

  /**
   * The result of a recipe with a seed.
   *
   * @param recipe as given to the experiment; spaces and the order of settings do not matter
   * @throws PalimpsestException if the recipe has no result with the seed; says which ones there
   *     are, and why others failed
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
                            .toList()));
  }
}
