package io.github.palimpsest.execution.library;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.CellResult;

/**
 * The result of a recipe with one seed.
 *
 * @param recipe the given recipe, in canonical spelling
 * @param seed the seed of its random streams
 * @param cell its complete result, as in {@code result.json}
 */
public record RecipeResult(String recipe, long seed, CellResult cell) {
  /**
   * The score matrix of the tasks, in the unit of their measure: nats per token, where lower is
   * better, unless the tasks say otherwise.
   */
  public CellResult.Matrix scores() {
    return cell.scores();
  }

  /**
   * A metric of the score matrix; NaN if it is not defined.
   *
   * @param name such as {@code forgetting}; in the unit of the scores
   * @throws PalimpsestException if no metric has this name; names the nearest
   */
  public double metric(String name) {
    if (!cell.metrics().containsKey(name)) {
      throw new PalimpsestException(
          "unknown metric '"
              + name
              + "'"
              + NearestName.hint(name, cell.metrics().keySet())
              + " (there are "
              + String.join(", ", cell.metrics().keySet())
              + ")");
    }
    return cell.metric(name);
  }
}
