package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.cli.option.ExperimentOptions;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.Span;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.PeakMemory;
import io.github.palimpsest.execution.simulation.GridSimulation;
import io.github.palimpsest.execution.simulation.GridUnits;
import io.github.palimpsest.execution.simulation.Losses;
import io.github.palimpsest.execution.simulation.MeasuredTimes;
import io.github.palimpsest.execution.simulation.SimulatedRun;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.TextTable;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench simulate}: a planned grid at several numbers of workers, some of whom are lost. */
@Command(
    name = "simulate",
    description = {
      "Plans an experiment and simulates workers that share it; trains nothing.",
      "The time of each stage is drawn from those of a finished grid."
    },
    mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
  private static final double HOUR = 3600;

  @Mixin ExperimentOptions experiment = new ExperimentOptions();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(
      names = "--times",
      paramLabel = "DIR",
      required = true,
      description = "an output folder whose stages and scores have been timed")
  Path times = Path.of("");

  @Option(
      names = "--scale",
      converter = Ranged.AboveZero.class,
      defaultValue = "1",
      paramLabel = "X",
      description = "multiply all times, as for a larger model; default: ${DEFAULT-VALUE}")
  double scale;

  @Option(
      names = "--workers",
      converter = Ranged.Count.class,
      split = ",",
      defaultValue = "1,10,100,1000",
      paramLabel = "N",
      description = "numbers of workers; default: ${DEFAULT-VALUE}")
  List<Integer> workers = List.of();

  @Option(
      names = "--lost",
      converter = Ranged.AtLeastZero.class,
      defaultValue = "0.01",
      paramLabel = "P",
      description =
          "probability that a worker is lost within an hour, below 1; default: ${DEFAULT-VALUE}")
  double lost;

  @Option(
      names = "--lease",
      converter = Span.class,
      defaultValue = "60s",
      paramLabel = "TIME",
      description = "time after which others take over a lost worker's stage; default: 60s")
  Duration lease = Duration.ZERO;

  @Option(
      names = "--replaced",
      converter = Span.class,
      defaultValue = "5m",
      paramLabel = "TIME",
      description = "time after which another worker takes a lost one's place; default: 5m")
  Duration replaced = Duration.ZERO;

  @Option(
      names = "--seed",
      converter = Ranged.Seed.class,
      defaultValue = "1",
      paramLabel = "N",
      description = "seed of times and losses; default: ${DEFAULT-VALUE}")
  long seed;

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  /** A run without losses, and one with them. */
  private record Pair(SimulatedRun undisturbed, SimulatedRun disturbed) {}

  /**
   * What planning took.
   *
   * @param seconds from reading the file to the order of all units
   * @param processorSeconds the time of processors in it, which does not depend on other load
   * @param peakBytes the peak memory of the process until then
   */
  private record Planning(double seconds, double processorSeconds, long peakBytes) {}

  @Override
  public Integer call() {
    if (lost >= 1) {
      throw new PalimpsestException("--lost " + lost + " must be at least 0 and below 1");
    }
    MeasuredTimes measured = new MeasuredTimes(times);
    long begun = System.nanoTime();
    long before = processorNanos();
    Plan plan = Plan.of(experiment.read(), plugins.registry());
    if (plan.cells().isEmpty()) {
      throw new RuleViolationException("no-cell", "every cell of the experiment is excluded");
    }
    Stages stages = Stages.of(plan, true);
    GridUnits units = GridUnits.of(plan, stages, measured, scale, seed);
    Planning planning =
        new Planning(
            (System.nanoTime() - begun) / 1e9,
            (processorNanos() - before) / 1e9,
            PeakMemory.bytes());
    List<Pair> runs = new ArrayList<>();
    for (int count : workers) {
      runs.add(
          new Pair(
              GridSimulation.of(units, count, Losses.NONE),
              GridSimulation.of(units, count, new Losses(lost, lease, replaced, seed))));
    }
    measured
        .unlike()
        .forEach(
            kind ->
                spec.commandLine()
                    .getErr()
                    .println(
                        "palimpsest: no time was measured of "
                            + kind
                            + ": times of other stages of the task stand for it"));
    spec.commandLine()
        .getOut()
        .print(
            json
                ? Json.text(json(plan, stages, units, planning, runs)) + "\n"
                : text(plan, stages, units, planning, runs, measured.stages()));
    return ExitCode.OK;
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private String text(
      Plan plan, Stages stages, GridUnits units, Planning planning, List<Pair> runs, int timed) {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%,d cells: %,d stages and %,d rows of scores%n",
            plan.cells().size(),
            stages.all().size(),
            units.seconds().length - stages.all().size()));
    text.append(
        format(
            "planned in %.1f s, %.1f s of processor time, peak memory %,.0f MB%n",
            planning.seconds(), planning.processorSeconds(), planning.peakBytes() / 1e6));
    text.append(format("times of %,d stages in %s, multiplied by %s%n", timed, times, scale));
    text.append(
        format(
            "all work %,.1f h, critical path %,.2f h%n%n",
            units.totalSeconds() / HOUR, units.criticalPathSeconds() / HOUR));
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "workers",
            "makespan h",
            "bound h",
            "utilisation",
            format("with %s %% lost an hour: makespan h", trimmed(100 * lost)),
            "utilisation",
            "workers lost",
            "work lost h",
            "share"));
    for (Pair run : runs) {
      SimulatedRun good = run.undisturbed();
      SimulatedRun bad = run.disturbed();
      table.add(
          List.of(
              format("%,d", good.workers()),
              hours(good.makespanSeconds()),
              hours(units.grahamSeconds(good.workers())),
              percent(good.utilisation()),
              hours(bad.makespanSeconds()),
              percent(bad.utilisation()),
              format("%,d", bad.lostWorkers()),
              hours(bad.lostSeconds()),
              percent(bad.lostShare())));
    }
    text.append(TextTable.of(table));
    text.append(
        format(
            "%nBound: W/m + (1 - 1/m) C with all work W, critical path C, m workers. Lease %d s,"
                + " lost workers are replaced after %d s.%n",
            lease.toSeconds(), replaced.toSeconds()));
    return text.toString();
  }

  private ObjectNode json(
      Plan plan, Stages stages, GridUnits units, Planning planning, List<Pair> runs) {
    ObjectNode node = Json.object();
    node.put("cells", plan.cells().size());
    node.put("stages", stages.all().size());
    node.put("rows", units.seconds().length - stages.all().size());
    node.put("planning_seconds", planning.seconds());
    node.put("planning_processor_seconds", planning.processorSeconds());
    node.put("planning_peak_bytes", planning.peakBytes());
    node.put("scale", scale).put("seed", seed).put("lost_per_hour", lost);
    node.put("lease_seconds", lease.toSeconds()).put("replaced_seconds", replaced.toSeconds());
    node.put("work_seconds", units.totalSeconds());
    node.put("critical_path_seconds", units.criticalPathSeconds());
    ArrayNode all = node.putArray("runs");
    for (Pair run : runs) {
      ObjectNode line = all.addObject().put("workers", run.undisturbed().workers());
      line.put("bound_seconds", units.grahamSeconds(run.undisturbed().workers()));
      line.put("makespan_seconds", run.undisturbed().makespanSeconds());
      line.put("utilisation", run.undisturbed().utilisation());
      line.putObject("with_losses")
          .put("makespan_seconds", run.disturbed().makespanSeconds())
          .put("utilisation", run.disturbed().utilisation())
          .put("workers_lost", run.disturbed().lostWorkers())
          .put("work_lost_seconds", run.disturbed().lostSeconds());
    }
    return node;
  }

  private static String hours(double seconds) {
    return format("%,.2f", seconds / HOUR);
  }

  private static String percent(double share) {
    return format("%.2f %%", 100 * share);
  }

  private static String trimmed(double value) {
    return format("%.4f", value).replaceAll("0+$", "").replaceAll("[.]$", "");
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
