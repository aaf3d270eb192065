package io.github.palimpsest.cli;

import io.github.palimpsest.ablation.FolderStatus;
import io.github.palimpsest.api.PalimpsestException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code watch}: a grid that is running, in a terminal, until it is done. */
@Command(
    name = "watch",
    description = "Shows how far the runs on an output folder are, until all cells are done.",
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  private static final int BAR = 40;
  private static final String LEVELS = "▁▂▃▄▅▆▇█";
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

  @Parameters(paramLabel = "DIR", description = "the output folder of a run")
  Path folder = Path.of("");

  @Option(names = "--once", description = "show it once, and end")
  boolean once;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "how often to look; default: 1")
  int seconds;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    if (seconds < 1) {
      throw new PalimpsestException("--every=" + seconds + " must be at least 1");
    }
    PrintWriter out = spec.commandLine().getOut();
    while (true) {
      FolderStatus status = FolderStatus.of(folder);
      out.print((once ? "" : HOME_AND_CLEAR) + text(status));
      out.flush();
      if (once || status.done()) {
        return ExitCode.OK;
      }
      Thread.sleep(seconds * 1000L);
    }
  }

  /** What is shown of a status. */
  static String text(FolderStatus status) {
    int done = status.finished() + status.failures().size();
    int full = status.planned() == 0 ? BAR : BAR * done / status.planned();
    StringBuilder out = new StringBuilder();
    out.append(status.experiment()).append("  [").append("#".repeat(full));
    out.append(".".repeat(BAR - full)).append("] ").append(done).append('/');
    out.append(status.planned()).append(" cells, ").append(status.failures().size());
    out.append(" failed, ").append(status.trained()).append(" stages trained\n");
    for (FolderStatus.Active a : status.active()) {
      double last = a.losses().isEmpty() ? Double.NaN : a.losses().get(a.losses().size() - 1);
      out.append(
          String.format(
              Locale.ROOT,
              "  stage %s  step %d  loss %.4f  %s%n",
              a.stage(),
              a.steps(),
              last,
              line(a.losses())));
    }
    status.failures().forEach(f -> out.append("  failed: ").append(f).append('\n'));
    return out.toString();
  }

  /** The last losses as a line of small bars. */
  static String line(List<Double> losses) {
    List<Double> last =
        losses.subList(Math.max(0, losses.size() - BAR), losses.size()).stream()
            .filter(Double::isFinite)
            .toList();
    double low = last.stream().mapToDouble(v -> v).min().orElse(0);
    double high = last.stream().mapToDouble(v -> v).max().orElse(0);
    StringBuilder bars = new StringBuilder();
    for (double v : last) {
      int level = high > low ? (int) ((v - low) / (high - low) * (LEVELS.length() - 1)) : 0;
      bars.append(LEVELS.charAt(level));
    }
    return bars.toString();
  }
}
