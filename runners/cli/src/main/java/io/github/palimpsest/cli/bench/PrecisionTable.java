package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.analysis.Coverage;
import io.github.palimpsest.results.analysis.Scenario;
import io.github.palimpsest.results.analysis.SeedRule;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What rules that add seeds cost, and whether the intervals of their grids cover. */
record PrecisionTable(List<Line> lines) {
  /** A rule on a scenario. */
  record Line(SeedRule rule, Coverage coverage) {}

  static PrecisionTable of(
      List<Scenario> scenarios, List<SeedRule> rules, int simulations, AnalysisSettings settings) {
    List<Line> lines = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      for (SeedRule rule : rules) {
        String stream = "precision " + scenario.title() + " " + rule.title();
        lines.add(
            new Line(
                rule,
                Coverage.of(
                    scenario,
                    rule,
                    simulations,
                    settings,
                    Streams.stream(0, stream, rule.fewest(), 0))));
      }
    }
    return new PrecisionTable(lines);
  }

  String text() {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "scenario",
            "rule",
            "first seeds",
            "mean seeds",
            "narrow enough",
            "covered, lowest",
            "covered, highest",
            "any false claim",
            "family covered"));
    String scenario = "";
    for (Line line : lines) {
      Coverage c = line.coverage();
      table.add(
          List.of(
              c.scenario().equals(scenario) ? "" : c.scenario(),
              line.rule().title(),
              "" + c.seeds(),
              String.format(Locale.ROOT, "%.1f", c.meanSeeds()),
              CoverageCommand.share(c.reached()),
              CoverageCommand.share(c.lowest()),
              CoverageCommand.share(c.highest()),
              CoverageCommand.share(c.falseClaims()),
              CoverageCommand.share(c.familyCovered())));
      scenario = c.scenario();
    }
    return TextTable.of(table)
        + "\nCovered: intervals at 95 % that hold the truth, of the contrast that does worst and of"
        + " the one that does best.\nNarrow enough: grids whose primary intervals have the wanted"
        + " width. Family covered: grids whose simultaneous\nintervals all hold the truth. "
        + lines.get(0).coverage().simulations()
        + " simulated grids each.\n";
  }

  ObjectNode json() {
    ObjectNode node = Json.object();
    ArrayNode all = node.putArray("precision");
    for (Line line : lines) {
      Coverage c = line.coverage();
      ObjectNode one = all.addObject().put("scenario", c.scenario());
      one.put("rule", line.rule().title()).put("first_seeds", c.seeds());
      one.put("mean_seeds", c.meanSeeds()).put("simulations", c.simulations());
      CoverageCommand.number(one, "narrow_enough", c.reached());
      CoverageCommand.number(one, "lowest_coverage", c.lowest());
      CoverageCommand.number(one, "highest_coverage", c.highest());
      CoverageCommand.number(one, "false_claims", c.falseClaims());
      CoverageCommand.number(one, "family_covered", c.familyCovered());
    }
    return node;
  }
}
