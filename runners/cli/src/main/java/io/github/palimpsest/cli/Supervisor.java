package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.FolderExperiment;
import io.github.palimpsest.cli.terminal.EndSignals;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.pool.StallWatch;
import io.github.palimpsest.execution.pool.Whereabouts;
import io.github.palimpsest.storage.JavaCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs a command that loads third-party plugin JARs in a separate process. A plugin that ends the
 * process, crashes it or never returns then cannot end the command silently, or with success; see
 * {@code api/decisions/0030-strangers-in-processes-of-their-own.md}.
 */
public final class Supervisor {
  private static final int POLL_MILLIS = 200;

  /** The commands that look at the cells of an output folder with the plugins of its run. */
  private static final Set<String> OF_CELLS = Set.of("probe", "landscape", "work");

  private final String[] arguments;
  private final PrintWriter err;
  private final AtomicInteger interruptions = new AtomicInteger();

  private volatile boolean ending;

  private Supervisor(String[] arguments, PrintWriter err) {
    this.arguments = arguments;
    this.err = err;
  }

  /**
   * Whether a command loads JARs, or may: a file of arguments can hold anything, and an output
   * folder names the JARs that it was made with.
   */
  public static boolean isWantedBy(String... arguments) {
    List<String> all = Arrays.asList(arguments);
    return !all.contains("--worker")
        && all.stream()
            .anyMatch(
                a ->
                    a.equals("--plugins")
                        || a.startsWith("--plugins=")
                        || a.startsWith("@")
                        || (all.contains("verify") && a.endsWith(".jar"))
                        || (all.stream().anyMatch(OF_CELLS::contains) && namesPlugins(a)));
  }

  private static boolean namesPlugins(String argument) {
    try {
      return FolderExperiment.loadsPlugins(Path.of(argument));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Runs a command to its end; returns its exit code. */
  static int run(PrintWriter err, String... arguments) {
    try {
      return new Supervisor(arguments, err).run();
    } catch (IOException e) {
      throw new PalimpsestException("a process cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    }
  }

  private int run() throws IOException, InterruptedException {
    try (Whereabouts seen = Whereabouts.create()) {
      Process process = new ProcessBuilder(command(seen)).inheritIO().start();
      Thread end = new Thread(() -> end(process), "supervisor-end");
      Runtime.getRuntime().addShutdownHook(end);
      EndSignals signals = EndSignals.to(() -> interrupt(process, seen));
      StallWatch watch = new StallWatch();
      boolean stalled = false;
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        boolean inPlugin = !seen.place().isEmpty();
        if (watch.stalled(System.nanoTime(), seen.moves(), inPlugin, seen.limit())) {
          stalled = true;
          process.destroyForcibly();
        }
      }
      if (ending) {
        return ExitCode.FAILED; // the signal that ends this process says how it ended
      }
      Runtime.getRuntime().removeShutdownHook(end);
      signals.close();
      return code(seen, process.exitValue(), stalled);
    }
  }

  private List<String> command(Whereabouts seen) {
    return JavaCommand.of(Main.class.getName(), List.of(arguments))
        .with(Whereabouts.jvmOptions())
        .with(seen.option())
        .words();
  }

  /** Passes on the signal that asked this process to end. */
  private void end(Process process) {
    ending = true;
    process.destroy();
    process.onExit().join();
  }

  /**
   * A terminal also sends Ctrl-C to the child process; other senders of a signal may send it only
   * to this one.
   */
  private void interrupt(Process process, Whereabouts seen) {
    if (interruptions.incrementAndGet() > 1) {
      process.destroyForcibly();
    } else if (seen.isListening()) {
      seen.askToStop();
    } else {
      process.destroy();
    }
  }

  private int code(Whereabouts seen, int code, boolean stalled) {
    OptionalInt own = seen.ended();
    if (own.isPresent()) { // what a plugin's thread made of it afterwards means nothing
      return own.getAsInt();
    }
    if (interruptions.get() > 0) {
      return ExitCode.INTERRUPTED;
    }
    String place = seen.place();
    err.println(
        "palimpsest: "
            + (stalled
                ? "there was no progress for " + StallWatch.text(seen.limit())
                : "the process ended with exit code " + code + " before the command was done")
            + (place.isEmpty() ? ", outside any call of a plugin" : ", in " + place));
    return ExitCode.FAILED;
  }
}
