package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.cli.terminal.ProbeProgress;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.execution.probe.ProbeSample;
import io.github.palimpsest.execution.probe.StageProbeRun;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import io.github.palimpsest.results.folder.ProbeResult;
import io.github.palimpsest.results.folder.StageProbe;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The data on which probes evaluate the loss. */
public final class ProbeOptions {
  private static final int EXAMPLES = 64;

  @Option(
      names = "--on",
      paramLabel = "SET",
      description =
          "for the final weights: a task, whose training examples are used, or an evaluation set;"
              + " default: the last task")
  String on = "";

  @Option(
      names = "--examples",
      converter = Ranged.CountOrNone.class,
      paramLabel = "N",
      description = "number of examples; 0 for all; default: " + EXAMPLES)
  int examples = EXAMPLES;

  /** When a probe is taken. */
  public enum Moment {
    /** After each stage that another follows, on its own data. */
    STAGES,
    /** At the final weights, on one set for all. */
    END,
    /** At both. */
    BOTH;

    /** The word on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What was measured.
   *
   * @param stages after stages
   * @param cells at the end
   * @param complete whether no probe failed
   */
  public record Outcome(List<StageProbe> stages, List<ProbeResult> cells, boolean complete) {
    public int exitCode() {
      return complete ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  /**
   * Measures cells and their stages, with progress and what failed on standard error.
   *
   * @throws PalimpsestException if a set is named but the final weights are not measured
   */
  public Outcome measure(
      Moment moment,
      Plan plan,
      List<Cell> cells,
      List<Component<Probe>> probes,
      Path folder,
      PrintWriter err) {
    if (moment == Moment.STAGES && !on.isEmpty()) {
      throw new PalimpsestException(
          "--on " + on + " is of the final weights: a stage is probed on its own data");
    }
    NativeMessages.divert();
    Devices.present(plan.experiment().device());
    long passes = probes.stream().mapToLong(ProbeOptions::passes).sum();
    try (Subject subject = Subjects.open(plan.experiment(), plan.registry())) {
      ProbeProgress progress = new ProbeProgress(err);
      StageProbeRun before = new StageProbeRun(plan, subject, folder, examples, progress);
      ProbeRun ended = new ProbeRun(plan, subject, folder, new ProbeSample(on, examples), progress);
      List<Stage> stages = moment == Moment.END ? List.of() : before.stages(cells);
      List<Cell> finished = moment == Moment.STAGES ? List.of() : cells;
      err.println(
          count(stages.size(), "stage")
              + " and "
              + count(finished.size(), "cell")
              + ", "
              + count(probes.size(), "probe")
              + ", up to "
              + passes
              + " forward passes each (a gradient counts as three)");
      progress.expect((long) (stages.size() + finished.size()) * probes.size());
      List<StageProbe> ofStages = before.measure(stages, probes);
      List<ProbeResult> ofCells = ended.measure(finished, probes);
      return new Outcome(ofStages, ofCells, progress.failed() == 0);
    }
  }

  private static String count(int n, String one) {
    return n + " " + one + (n == 1 ? "" : "s");
  }

  private static long passes(Component<Probe> probe) {
    try {
      return probe.create().passes();
    } catch (PluginException e) {
      return 0; // its measurements will fail of the same, and say so
    }
  }
}
