package io.github.palimpsest.cli;

import io.github.palimpsest.ablation.Experiment;
import io.github.palimpsest.ablation.ExperimentRun;
import io.github.palimpsest.ablation.LanguageSubject;
import io.github.palimpsest.ablation.Plan;
import io.github.palimpsest.ablation.Report;
import io.github.palimpsest.ablation.ReportText;
import io.github.palimpsest.api.RuleViolationException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run}: runs what has no result yet, and prints the report. */
@Command(
    name = "run",
    description = "Runs an experiment; goes on where an earlier run stopped.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin ExperimentOptions experiment = new ExperimentOptions();
  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "the output folder; default: palimpsest-out/NAME")
  @Nullable Path out;

  @Option(
      names = "--no-sharing",
      description = "train every cell's tasks anew, also those that cells have in common")
  boolean separate;

  @Option(names = "--json", description = "print the report as JSON")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Experiment read = experiment.read();
    Plan plan = Plan.of(read, plugins.registry());
    if (plan.cells().isEmpty()) {
      throw new RuleViolationException(
          "no-cell",
          "every cell of the experiment is excluded; the first: "
              + plan.excluded().get(0).reason());
    }
    Path folder = out == null ? Path.of("palimpsest-out", read.name()) : out;
    PrintWriter err = spec.commandLine().getErr();
    NativeMessages.divert();
    Devices.present(read.device());
    ExperimentRun.Sharing sharing =
        separate ? ExperimentRun.Sharing.SEPARATE : ExperimentRun.Sharing.SHARED;
    ExperimentRun.Summary summary;
    try (LanguageSubject subject = LanguageSubject.open(read);
        Progress progress = Progress.on(err, plan)) {
      summary = ExperimentRun.run(plan, sharing, subject, folder, progress);
    }
    Report report = Report.of(folder);
    spec.commandLine().getOut().println(json ? Json.text(report.json()) : ReportText.of(report));
    err.println("results in " + folder);
    return summary.failed() > 0 ? ExitCode.FAILED : ExitCode.OK;
  }
}
