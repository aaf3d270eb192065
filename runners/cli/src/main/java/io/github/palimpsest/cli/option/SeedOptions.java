package io.github.palimpsest.cli.option;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.analysis.SeedPlan;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.text.Results;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What the seeds of a plan can find, from a pilot or from a stated spread. */
public final class SeedOptions {
  /** Where the spread over seeds comes from. */
  static final class Spread {
    @Option(
        names = "--pilot",
        paramLabel = "DIR",
        description = "take the spread over seeds from the finished grid in this output folder")
    @Nullable Path pilot;

    @Option(
        names = "--sd",
        converter = Ranged.AboveZero.class,
        paramLabel = "SD",
        description = "state the spread: the standard deviation over seeds of an effect")
    @Nullable Double sd;
  }

  @ArgGroup @Nullable Spread spread;

  @Option(
      names = "--difference",
      converter = Ranged.AboveZero.class,
      paramLabel = "D",
      description = "with --pilot or --sd: the seeds that would find an effect of this size")
  @Nullable Double difference;

  /** What the seeds of a plan can find; empty if nothing was asked. */
  public Optional<SeedPlan> of(Plan plan) {
    Spread given = spread;
    if (given == null) {
      if (difference != null) {
        throw new PalimpsestException(
            "--difference " + difference + " needs the spread over seeds: give --pilot or --sd");
      }
      return Optional.empty();
    }
    AnalysisSettings planned = plan.content().analysisSettings();
    if (given.pilot != null) {
      Results read = Results.of(given.pilot);
      // the pilot is read as the report of the planned grid will read its cells
      Results pilot = read.with(read.settings().claiming(planned.primary()));
      return Optional.of(
          SeedPlan.ofPilot(
              pilot.analysis(), pilot.observations(), "'" + given.pilot + "'", levels(plan)));
    }
    // without cells each primary outcome counts as defined at every level
    int onOne = levels(plan).values().stream().mapToInt(l -> l.size() - 1).sum();
    int tests = onOne * Math.max(1, planned.primary().size());
    return Optional.of(
        new SeedPlan(given.sd == null ? Double.NaN : given.sd, tests, "the stated value"));
  }

  private static Map<String, Set<String>> levels(Plan plan) {
    Map<String, Set<String>> levels = new LinkedHashMap<>();
    plan.cells()
        .forEach(
            c ->
                c.levels()
                    .forEach(
                        (axis, level) ->
                            levels.computeIfAbsent(axis, a -> new LinkedHashSet<>()).add(level)));
    return levels;
  }

  private static int seeds(Plan plan) {
    return (int) plan.cells().stream().map(c -> c.seed()).distinct().count();
  }

  /** What the plan's seeds can find, in a sentence or two. */
  public String text(Plan plan, SeedPlan can) {
    int seeds = seeds(plan);
    StringBuilder text = new StringBuilder("\nSeeds: ");
    if (seeds < 3) {
      text.append(
          seeds == 1 ? SeedContrast.Evidence.SINGLE.words() : SeedContrast.Evidence.LISTED.words());
    } else {
      text.append(seeds)
          .append(" find a primary effect of ")
          .append(number(can.detectable(seeds)))
          .append(" in four runs of five");
    }
    text.append(" (standard deviation ").append(number(can.widest().sd()));
    if (!can.widest().outcome().isEmpty()) {
      text.append(" of ").append(can.widest().outcome());
    }
    text.append(" from ").append(can.source()).append(", ");
    text.append(can.widest().outcome().isEmpty() ? "at most " : "").append(can.tests());
    text.append(can.tests() == 1 ? " effect" : " effects").append(" in the family)\n");
    for (SeedPlan.Spread s : can.spreads().subList(1, can.spreads().size())) {
      text.append("On ").append(s.outcome()).append(" the standard deviation is ");
      text.append(number(s.sd()));
      if (seeds >= 3) {
        text.append(", and an effect of ").append(number(can.detectable(s, seeds)));
        text.append(" is found");
      }
      text.append('\n');
    }
    if (difference != null) {
      text.append("An effect of ").append(number(difference)).append(" needs ");
      text.append(needed(can.seedsFor(difference)));
      if (can.spreads().size() > 1) {
        text.append(" on ").append(can.widest().outcome());
        for (SeedPlan.Spread s : can.spreads().subList(1, can.spreads().size())) {
          text.append(", ").append(needed(can.seedsFor(s, difference)));
          text.append(" on ").append(s.outcome());
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String needed(OptionalInt seeds) {
    return seeds.isPresent() ? seeds.getAsInt() + " seeds" : "more than 10 million seeds";
  }

  /** The same for programs. */
  public void json(Plan plan, SeedPlan can, ObjectNode into) {
    int seeds = seeds(plan);
    ObjectNode node = into.putObject("seeds");
    node.put("planned", seeds).put("sd", can.widest().sd()).put("source", can.source());
    node.put("tests_in_family", can.tests());
    node.put("detectable", seeds < 3 ? null : (Double) can.detectable(seeds));
    if (difference != null) {
      node.put("difference", difference).put("needed", value(can.seedsFor(difference)));
    }
    ArrayNode outcomes = node.putArray("outcomes");
    for (SeedPlan.Spread s : can.spreads()) {
      ObjectNode one = outcomes.addObject();
      one.put("outcome", s.outcome().isEmpty() ? null : s.outcome()).put("sd", s.sd());
      one.put("detectable", seeds < 3 ? null : (Double) can.detectable(s, seeds));
      if (difference != null) {
        one.put("needed", value(can.seedsFor(s, difference)));
      }
    }
  }

  private static @Nullable Integer value(OptionalInt seeds) {
    return seeds.isPresent() ? (Integer) seeds.getAsInt() : null;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
