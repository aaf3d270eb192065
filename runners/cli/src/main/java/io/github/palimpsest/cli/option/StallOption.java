package io.github.palimpsest.cli.option;

import io.github.palimpsest.execution.pool.StallWatch;
import io.github.palimpsest.execution.pool.Whereabouts;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a process in which a plugin's code runs may stand still. */
public final class StallOption {
  @Option(
      names = "--stall-timeout",
      paramLabel = "TIME",
      converter = Span.class,
      defaultValue = "10m",
      description =
          "end a command when a call of a plugin makes no progress for this time (for example 90s,"
              + " 10m or 2h) and name the component; 'run' ends a worker that makes no progress;"
              + " default: 10m")
  public Duration timeout = StallWatch.USUAL;

  /** Passes the limit to the watching process; call this before any plugin is loaded. */
  public void apply() {
    Whereabouts.ofThisProcess().ifPresent(w -> w.limit(timeout));
  }
}
