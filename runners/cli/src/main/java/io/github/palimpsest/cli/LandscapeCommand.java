package io.github.palimpsest.cli;

import io.github.palimpsest.cli.option.CellsOptions;
import io.github.palimpsest.cli.option.ProbeOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.report.Landscape;
import io.github.palimpsest.report.LandscapeDrawing;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code landscape}: the loss around the weights of finished cells, in the same directions. */
@Command(
    name = "landscape",
    description =
        "Draws the loss on a plane through the weights of each finished cell, in the same two"
            + " directions.",
    mixinStandardHelpOptions = true)
final class LandscapeCommand implements Callable<Integer> {
  @Mixin CellsOptions chosen = new CellsOptions();

  @Option(
      names = "--grid",
      converter = Ranged.Side.class,
      paramLabel = "N",
      defaultValue = "21",
      description = "points along a side; default: 21")
  int grid;

  @Option(
      names = "--span",
      converter = Ranged.AboveZero.class,
      paramLabel = "S",
      defaultValue = "1",
      description = "from -S to S along directions with the length of the weights; default: 1")
  double span;

  @Mixin ProbeOptions options = new ProbeOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Plan plan = chosen.plan();
    String probe = "loss-landscape(grid=" + grid + ", span=" + span + ")";
    var probes = ProbeRun.probes(plan, List.of(probe));
    List<Cell> finished = chosen.finished(plan);
    ProbeOptions.Outcome all =
        options.measure(
            ProbeOptions.Moment.END,
            plan,
            finished,
            probes,
            chosen.folder,
            spec.commandLine().getErr());
    List<Landscape> landscapes =
        all.cells().stream().map(m -> Landscape.of(m).orElseThrow()).toList();
    List<LandscapeDrawing> drawings = LandscapeDrawing.of(landscapes);
    Path to = new FolderLayout(chosen.folder).landscapes();
    for (int i = 0; i < landscapes.size(); i++) {
      String name = landscapes.get(i).cell();
      write(to.resolve(name + ".csv"), landscapes.get(i).csv().getBytes(StandardCharsets.UTF_8));
      write(to.resolve(name + ".png"), drawings.get(i).png());
      spec.commandLine().getOut().println(to.resolve(name + ".png"));
    }
    return all.exitCode();
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }
}
