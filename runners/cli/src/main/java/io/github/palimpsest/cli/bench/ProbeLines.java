package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.results.analysis.ProbeCoverage;
import io.github.palimpsest.results.analysis.ProbeScenario;
import io.github.palimpsest.results.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How often a probe is associated with later forgetting, by simulation. */
final class ProbeLines {
  private ProbeLines() {}

  /** Every scenario at every shape of a grid. */
  static List<ProbeCoverage> simulate(int simulations) {
    List<ProbeCoverage> all = new ArrayList<>();
    for (ProbeScenario scenario : ProbeScenario.values()) {
      for (int[] shape : ProbeCoverage.SHAPES) {
        all.add(
            ProbeCoverage.of(
                scenario,
                shape[0],
                shape[1],
                simulations,
                Streams.stream(0, "probes " + scenario.title(), shape[0], shape[1])));
      }
    }
    return all;
  }

  /** A line for each scenario; empty without simulations. */
  static String text(List<ProbeCoverage> all) {
    if (all.isEmpty()) {
      return "";
    }
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("probes: scenario"));
    ProbeCoverage.SHAPES.forEach(shape -> head.add(shape[0] + " x " + shape[1]));
    table.add(head);
    for (ProbeScenario scenario : ProbeScenario.values()) {
      List<String> line = new ArrayList<>(List.of(scenario.title()));
      all.stream().filter(c -> c.scenario() == scenario).forEach(c -> line.add(share(c.found())));
      table.add(line);
    }
    return TextTable.of(table)
        + "\nGrids of recipes x seeds: the share of those with an interval of the partial rank"
        + " correlation in which it\nexcludes 0. Only the last scenario has an association. "
        + all.get(0).simulations()
        + " simulated grids each.\n";
  }

  static void put(ObjectNode into, List<ProbeCoverage> all) {
    ArrayNode lines = into.putArray("probes");
    for (ProbeCoverage c : all) {
      ObjectNode line = lines.addObject().put("scenario", c.scenario().title());
      line.put("recipes", c.recipes()).put("seeds", c.seeds()).put("simulations", c.simulations());
      line.put("associated", !c.scenario().none());
      if (Double.isFinite(c.found())) {
        line.put("found", c.found());
      } else {
        line.putNull("found");
      }
    }
  }

  private static String share(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "-";
  }
}
