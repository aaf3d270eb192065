package io.github.palimpsest.execution;

import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.plan.Unmerged;
import io.github.palimpsest.results.folder.Chains;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The stages and rows of each cell of a plan, for commands that look at a folder. */
final class PlanChains {
  private PlanChains() {}

  static Chains of(Plan plan, Stages stages) {
    Map<String, Chains.Chain> cells = new LinkedHashMap<>();
    int last = plan.experiment().tasks().size() - 1;
    for (Cell cell : plan.cells()) {
      Optional<Recipe> unmerged = Unmerged.of(cell.recipe());
      List<String> rows =
          IntStream.rangeClosed(-1, last)
              .mapToObj(
                  task ->
                      unmerged.isPresent() && task >= 0 && task < last
                          ? ""
                          : stages.row(cell, task))
              .toList();
      cells.put(
          cell.id(),
          new Chains.Chain(
              stages.of(cell).stream().map(Stage::id).toList(),
              rows,
              IntStream.rangeClosed(0, last)
                  .boxed()
                  .flatMap(task -> unmerged.map(r -> stages.row(cell, r, task)).stream())
                  .toList()));
    }
    return new Chains(
        stages.withoutSharing(), stages.all().stream().map(Stage::id).toList(), cells);
  }
}
