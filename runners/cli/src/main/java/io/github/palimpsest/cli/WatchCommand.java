package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.TrackingOptions;
import io.github.palimpsest.cli.option.WebOptions;
import io.github.palimpsest.cli.terminal.Dashboard;
import io.github.palimpsest.cli.terminal.EndSignals;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.FullScreen;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.cli.terminal.TerminalSize;
import io.github.palimpsest.cli.terminal.TerminalWriter;
import io.github.palimpsest.report.LiveGrid;
import io.github.palimpsest.report.live.LiveServer;
import io.github.palimpsest.results.folder.FolderHistory;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.folder.Track;
import io.github.palimpsest.tracking.Tracking;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code watch}: shows a running grid in a terminal, a browser and trackers. */
@Command(
    name = "watch",
    description =
        "Shows the progress of the runs on an output folder until all cells are done; for a"
            + " finished grid, the scores of its cells and the command that prints its results. With --web, as a web page.",
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "the output folder of a run")
  Path folder = Path.of("");

  @Option(names = "--once", description = "show the progress once and exit")
  boolean once;

  @Option(
      names = "--every",
      converter = Ranged.Seconds.class,
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "seconds between two updates; default: 1")
  int seconds;

  @Mixin WebOptions web = new WebOptions();

  @Mixin TrackingOptions tracking = new TrackingOptions();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  private final CountDownLatch interrupted = new CountDownLatch(1);

  @Override
  public Integer call() throws InterruptedException {
    int port = web.port();
    if (web.web && once) {
      throw new PalimpsestException("--once shows text, and --web a page: leave out one of them");
    }
    if (!web.web) {
      GridPlan.of(new FolderLayout(folder)); // a folder without a grid is refused
    }
    NativeMessages.divert();
    EndSignals signals = EndSignals.to(interrupted::countDown);
    Tracking shown =
        tracking.follow(folder, Track.NONE, plugins.registry(), spec.commandLine().getErr());
    int code;
    try (shown) {
      shown.begin();
      code = web.web ? page(port) : text();
    } finally {
      signals.close();
    }
    return code == ExitCode.OK && !shown.upToDate() ? ExitCode.FAILED : code;
  }

  /** Waits for the next look; returns whether Ctrl-C or SIGTERM came first. */
  private boolean ends() throws InterruptedException {
    return interrupted.await(seconds, TimeUnit.SECONDS);
  }

  private int page(int port) throws InterruptedException {
    try (LiveServer server = new LiveServer(port, LiveGrid.of(folder))) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("palimpsest: " + folder + " is shown at " + server.address() + " until Ctrl-C");
      while (!ends()) {
        server.look();
      }
    }
    return ExitCode.OK;
  }

  private int text() throws InterruptedException {
    FolderHistory history = new FolderHistory(folder);
    PrintWriter out = spec.commandLine().getOut();
    TerminalWriter terminal = out instanceof TerminalWriter own ? own : new TerminalWriter(out);
    int columns = Integer.getInteger("palimpsest.out.columns", 0);
    if (once || columns == 0) {
      return lines(history, terminal);
    }
    try (FullScreen screen = new FullScreen(terminal, TerminalSize.following(columns))) {
      Dashboard now = dashboard(history);
      screen.show(now.text());
      while (!now.done()) {
        if (ends()) {
          return ExitCode.INTERRUPTED;
        }
        now = dashboard(history);
        screen.show(now.text());
      }
    }
    return ExitCode.OK;
  }

  /** Prints the text whenever it has changed. */
  private int lines(FolderHistory history, TerminalWriter out) throws InterruptedException {
    Dashboard now = dashboard(history);
    String shown = now.text();
    out.print(shown);
    out.flush();
    while (!once && !now.done()) {
      if (ends()) {
        return ExitCode.INTERRUPTED;
      }
      now = dashboard(history);
      if (!now.text().equals(shown)) {
        shown = now.text();
        out.print(shown);
        out.flush();
      }
    }
    return ExitCode.OK;
  }

  private Dashboard dashboard(FolderHistory history) {
    return new Dashboard(
        folder.toString(),
        RunStatus.of(folder),
        GridPlan.of(new FolderLayout(folder)),
        history.read());
  }
}
