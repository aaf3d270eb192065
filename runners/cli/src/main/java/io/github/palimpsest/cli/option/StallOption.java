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
          "end a command when nothing has moved in a call of a plugin for so long, such as 90s, 10m"
              + " or 2h, and name the component; 'run' ends the worker in which nothing has moved;"
              + " default: 10m")
  public Duration timeout = StallWatch.USUAL;

  /** Tells the process that watches this one; to be called before any plugin is loaded. */
  public void apply() {
    Whereabouts.ofThisProcess().ifPresent(w -> w.limit(timeout));
  }
}
