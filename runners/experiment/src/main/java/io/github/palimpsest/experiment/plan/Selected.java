package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.results.folder.GridPlan;
import java.util.List;
import java.util.Optional;

/**
 * What a design took of all combinations.
 *
 * @param design in words; empty where it took all
 * @param left how many it did not take
 * @param resolution of a fraction, 0 for another design
 * @param aliases of a fraction, the main effects and two-way interactions that cannot be told from
 *     others of them
 */
public record Selected(String design, int left, int resolution, List<String> aliases) {
  /** Copies the list. */
  public Selected {
    aliases = List.copyOf(aliases);
  }

  /** As {@code plan.json} has it; empty where all combinations are taken. */
  Optional<GridPlan.Design> content() {
    boolean fraction = resolution > 0;
    return design.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new GridPlan.Design(
                design, left, fraction ? resolution : null, fraction ? aliases : null));
  }
}
