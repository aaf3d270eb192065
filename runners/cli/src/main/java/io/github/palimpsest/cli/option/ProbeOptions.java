package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.cli.terminal.ProbeProgress;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.execution.probe.ProbeSample;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.results.folder.Measurement;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What probes take the loss on. */
public final class ProbeOptions {
  private static final int EXAMPLES = 64;

  @Option(
      names = "--on",
      paramLabel = "SET",
      description =
          "a task, whose training examples are used, or an evaluation set; default: the last task")
  String on = "";

  @Option(
      names = "--examples",
      converter = Ranged.CountOrNone.class,
      paramLabel = "N",
      description = "how many examples; 0 for all; default: " + EXAMPLES)
  int examples = EXAMPLES;

  /**
   * What was measured.
   *
   * @param complete whether no probe failed
   */
  public record Outcome(List<Measurement> measurements, boolean complete) {
    public int exitCode() {
      return complete ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  /** Measures cells, with progress and what failed on standard error. */
  public Outcome measure(
      Plan plan, List<Cell> cells, List<Component<Probe>> probes, Path folder, PrintWriter err) {
    NativeMessages.divert();
    Devices.present(plan.experiment().device());
    long passes = probes.stream().mapToLong(ProbeOptions::passes).sum();
    err.println(
        cells.size()
            + (cells.size() == 1 ? " cell, " : " cells, ")
            + probes.size()
            + (probes.size() == 1 ? " probe, up to " : " probes, up to ")
            + passes
            + " forward passes a cell (a gradient counts as three)");
    try (LanguageSubject subject = LanguageSubject.open(plan.experiment(), plan.registry())) {
      ProbeProgress progress = new ProbeProgress(err, (long) cells.size() * probes.size());
      List<Measurement> all =
          new ProbeRun(plan, subject, folder, new ProbeSample(on, examples), progress)
              .measure(cells, probes);
      return new Outcome(all, progress.failed() == 0);
    }
  }

  private static long passes(Component<Probe> probe) {
    try {
      return probe.create().passes();
    } catch (PluginException e) {
      return 0; // its measurements will fail of the same, and say so
    }
  }
}
