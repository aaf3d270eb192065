package io.github.palimpsest.cli;

import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.TrackingOptions;
import io.github.palimpsest.cli.terminal.Dashboard;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.cli.terminal.TerminalWriter;
import io.github.palimpsest.results.folder.FolderHistory;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.folder.Track;
import io.github.palimpsest.results.text.Printable;
import io.github.palimpsest.tracking.Tracking;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code watch}: a grid that is running, in a terminal and in trackers, until it is done. */
@Command(
    name = "watch",
    description =
        "Shows how far the runs on an output folder are, until all cells are done; of a grid that"
            + " is done, what there is.",
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  private static final String HOME = "\u001b[H";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_REST = "\u001b[J";

  @Parameters(paramLabel = "DIR", description = "the output folder of a run")
  Path folder = Path.of("");

  @Option(names = "--once", description = "show it once, and end")
  boolean once;

  @Option(
      names = "--every",
      converter = Ranged.Seconds.class,
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "how often to look; default: 1")
  int seconds;

  @Mixin TrackingOptions tracking = new TrackingOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    FolderHistory history = new FolderHistory(folder);
    Dashboard first = new Dashboard(RunStatus.of(folder), history.read());
    NativeMessages.divert();
    try (Tracking shown = tracking.follow(folder, Track.NONE, spec.commandLine().getErr())) {
      shown.begin();
      Screen screen = new Screen(spec.commandLine().getOut(), once ? 0 : columns());
      screen.show(first.text());
      for (Dashboard now = first; !once && !now.done(); ) {
        Thread.sleep(seconds * 1000L);
        now = new Dashboard(RunStatus.of(folder), history.read());
        screen.show(now.text());
      }
    }
    return ExitCode.OK;
  }

  private static int columns() {
    return Integer.getInteger("palimpsest.out.columns", 0);
  }

  /** A terminal so many columns wide, drawn over again and again, or none: then what changes. */
  private static final class Screen {
    private final TerminalWriter out;
    private final int columns;
    private String shown = "";

    Screen(PrintWriter out, int columns) {
      this.out = out instanceof TerminalWriter terminal ? terminal : new TerminalWriter(out);
      this.columns = columns;
    }

    void show(String text) {
      if (columns > 0) {
        String lines = Printable.of(text).lines().map(this::cut).collect(Collectors.joining());
        out.trusted(() -> out.printf("%s", HOME + lines + CLEAR_REST));
      } else if (!text.equals(shown)) {
        out.print(text);
      }
      shown = text;
      out.flush();
    }

    private String cut(String line) {
      return Printable.cut(line, columns) + CLEAR_LINE + "\n";
    }
  }
}
