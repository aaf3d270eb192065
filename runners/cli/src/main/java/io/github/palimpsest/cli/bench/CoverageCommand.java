package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.AnalysisOptions;
import io.github.palimpsest.cli.option.PrecisionOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.UntilPrecise;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.analysis.Coverage;
import io.github.palimpsest.results.analysis.GridScenario;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.PairScenario;
import io.github.palimpsest.results.analysis.ProbeCoverage;
import io.github.palimpsest.results.analysis.Scenario;
import io.github.palimpsest.results.analysis.SeedRule;
import io.github.palimpsest.results.analysis.StandardScenario;
import io.github.palimpsest.results.analysis.TwoStage;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench coverage}: how often intervals cover and claims are false, by simulation. */
@Command(
    name = "coverage",
    description =
        "Simulates grids with known effects, and counts how often the analysis covers and claims.",
    mixinStandardHelpOptions = true)
final class CoverageCommand implements Callable<Integer> {
  private static final int USUAL = 2000;

  /** The first stage of a rule that adds seeds, unless others are asked for. */
  private static final List<Integer> STAGES = List.of(TwoStage.FEWEST);

  /** Fewer seeds carry no interval. */
  private static final int FEWEST = 3;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "simulate grids like the finished one in this output folder")
  @Nullable Path folder;

  @Option(names = "--scenarios", description = "simulate seven standard scenarios")
  boolean scenarios;

  @Option(
      names = "--probes",
      description = "simulate how often a probe is associated with later forgetting")
  boolean probes;

  @Option(
      names = "--seeds",
      converter = Ranged.Count.class,
      paramLabel = "N",
      split = ",",
      description =
          "seeds of each grid; default: those of DIR, or 2,3,5; with --until-precise the seeds of"
              + " the first stage; default: 5")
  List<Integer> seeds = List.of();

  @Option(
      names = "--simulations",
      converter = Ranged.Count.class,
      defaultValue = "" + USUAL,
      paramLabel = "N",
      description = "grids for each line; default: ${DEFAULT-VALUE}")
  int simulations = USUAL;

  @Mixin PrecisionOptions precision = new PrecisionOptions();

  @Mixin AnalysisOptions analysis = new AnalysisOptions();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (folder == null && !scenarios && !probes) {
      throw new ParameterException(
          spec.commandLine(), "name an output folder, or give --scenarios or --probes");
    }
    Optional<UntilPrecise> rule = precision.rule();
    if (rule.isPresent() && probes) {
      throw new ParameterException(
          spec.commandLine(), "--until-precise is a rule for seeds; give --probes without it");
    }
    List<ProbeCoverage> associations = probes ? ProbeLines.simulate(simulations) : List.of();
    List<Scenario> wanted = new ArrayList<>();
    if (scenarios) {
      wanted.addAll(List.of(StandardScenario.values()));
    }
    List<Integer> own = List.of();
    if (folder != null) {
      Results results = results(folder);
      own = List.of((int) results.observations().stream().map(c -> c.seed()).distinct().count());
      wanted.addAll(grids(results));
    }
    if (rule.isPresent()) {
      if (scenarios) {
        wanted.add(0, new PairScenario(rule.get().width()));
      }
      print(PrecisionTable.of(wanted, rules(rule.get()), simulations, settings()));
      return ExitCode.OK;
    }
    List<Coverage> all = new ArrayList<>();
    for (Scenario scenario : wanted) {
      List<Integer> usual = scenario instanceof GridScenario ? own : List.of(2, 3, 5);
      add(all, scenario, seeds.isEmpty() ? usual : seeds);
    }
    if (json) {
      ObjectNode node = json(all);
      ProbeLines.put(node, associations);
      spec.commandLine().getOut().println(node.toPrettyString());
    } else {
      spec.commandLine().getOut().print(all.isEmpty() ? "" : text(all));
      spec.commandLine().getOut().print(ProbeLines.text(associations));
    }
    return ExitCode.OK;
  }

  private static Results results(Path dir) {
    Results results = Results.of(dir);
    if (results.rows().isEmpty()) {
      throw new PalimpsestException("'" + dir + "' has no finished cell to simulate");
    }
    return results;
  }

  private static List<Scenario> grids(Results results) {
    List<Scenario> grids = new ArrayList<>();
    List<String> primary = results.analysis().settings().primary();
    for (Outcome outcome : results.analysis().outcomes()) {
      if (primary.contains(outcome.name())) {
        GridScenario grid = GridScenario.of(outcome, results.observations());
        grids.add(grid);
        grids.add(grid.without());
      }
    }
    return grids;
  }

  private AnalysisSettings settings() {
    return analysis.over(AnalysisSettings.DEFAULT);
  }

  /** Stein's rule, and next to it the naive one, for each size of the first stage. */
  private List<SeedRule> rules(UntilPrecise rule) {
    List<SeedRule> rules = new ArrayList<>();
    for (int stage : seeds.isEmpty() ? STAGES : seeds) {
      if (stage < FEWEST || stage > rule.maxSeeds()) {
        throw new PalimpsestException(
            "a first stage of "
                + stage
                + " seeds must be from "
                + FEWEST
                + " to --max-seeds "
                + rule.maxSeeds());
      }
      rules.add(TwoStage.simulated(rule.width(), rule.maxSeeds(), stage));
      rules.add(new SeedRule.Peeking(rule.width(), rule.maxSeeds(), stage));
    }
    return rules;
  }

  private void add(List<Coverage> into, Scenario scenario, List<Integer> counts) {
    for (int n : counts) {
      into.add(Coverage.of(scenario, SeedRule.fixed(n), simulations, settings()));
    }
  }

  private void print(PrecisionTable table) {
    spec.commandLine().getOut().print(json ? table.json().toPrettyString() + "\n" : table.text());
  }

  private static String text(List<Coverage> all) {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "scenario",
            "seeds",
            "contrast",
            "truth",
            "covered",
            "claimed",
            "any false claim",
            "family covered"));
    for (Coverage c : all) {
      for (int i = 0; i < c.contrasts().size(); i++) {
        Coverage.Of x = c.contrasts().get(i);
        boolean first = i == 0;
        table.add(
            List.of(
                first ? c.scenario() : "",
                first ? "" + c.seeds() : "",
                x.contrast(),
                String.format(Locale.ROOT, "%.3f", x.truth()),
                share(x.covered()),
                share(x.claimed()),
                first ? share(c.falseClaims()) : "",
                first ? share(c.familyCovered()) : ""));
      }
    }
    StringBuilder out = new StringBuilder(TextTable.of(table));
    out.append("\nCovered: intervals at 95 % that hold the truth. Claimed: grids in which the");
    out.append(" contrast, one of the primary\nfamily, is called clear. Any false claim: grids");
    out.append(" that call clear what is truly 0. Family covered: grids\nwhose simultaneous");
    out.append(" intervals all hold the truth. ").append(all.get(0).simulations());
    out.append(" simulated grids each; - where the seeds carry no interval.\n");
    return out.toString();
  }

  static String share(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "-";
  }

  private static ObjectNode json(List<Coverage> all) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    ArrayNode lines = node.putArray("coverage");
    for (Coverage c : all) {
      ObjectNode line = lines.addObject().put("scenario", c.scenario()).put("seeds", c.seeds());
      line.put("simulations", c.simulations());
      number(line, "false_claims", c.falseClaims());
      number(line, "family_covered", c.familyCovered());
      ArrayNode contrasts = line.putArray("contrasts");
      for (Coverage.Of x : c.contrasts()) {
        ObjectNode one =
            contrasts.addObject().put("contrast", x.contrast()).put("truth", x.truth());
        number(one, "covered", x.covered());
        number(one, "claimed", x.claimed());
      }
    }
    return node;
  }

  static void number(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }
}
