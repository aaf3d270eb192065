package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.CellsOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code save}: the classifier of a finished cell as a folder. */
@Command(
    name = "save",
    description = "Saves the classifier that a finished cell trained as a new folder.",
    mixinStandardHelpOptions = true)
final class SaveCommand implements Callable<Integer> {
  @Mixin CellsOptions chosen = new CellsOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "the target folder; must not exist yet")
  Path out = Path.of("");

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Plan plan = chosen.plan();
    List<Cell> cells = chosen.finished(plan);
    if (cells.size() != 1) {
      throw new PalimpsestException(
          cells.size() + " cells have finished: name the one to save by the beginning of its id");
    }
    NativeMessages.divert();
    try (Subject subject = Subjects.open(plan.experiment(), plan.registry())) {
      subject.save(ProbeRun.weights(plan, subject, chosen.folder, cells.get(0)), out);
    }
    spec.commandLine().getOut().println(out);
    return ExitCode.OK;
  }
}
