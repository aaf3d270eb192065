package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.storage.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Work on a folder that other processes work on too. The remaining time is that of {@code status}:
 * this process sees only its own speed. Lines of a log say when and where they were written, since
 * the logs of all workers are read together.
 */
public final class SharedWork {
  private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final Path folder;
  private final LongSupplier nanos;
  private final Supplier<Instant> now;
  private Optional<Duration> left = Optional.empty();
  private boolean read;
  private long last;

  /** Work on a folder, by this machine's clocks. */
  public SharedWork(Path folder) {
    this(folder, System::nanoTime, Instant::now);
  }

  SharedWork(Path folder, LongSupplier nanos, Supplier<Instant> now) {
    this.folder = folder;
    this.nanos = nanos;
    this.now = now;
  }

  /** The remaining time of all workers together, read from the folder at most every ten seconds. */
  Optional<Duration> timeLeft() {
    long time = nanos.getAsLong();
    if (!read || time - last >= EVERY_NANOS) {
      read = true;
      last = time;
      try {
        left = RunStatus.of(folder).left();
      } catch (PalimpsestException e) {
        left = Optional.empty(); // whoever needs the file tells what is wrong with it
      }
    }
    return left.map(l -> l.minusNanos(time - last)).filter(l -> !l.isNegative());
  }

  /** A line of a log. */
  String stamped(String line) {
    return now.get().truncatedTo(ChronoUnit.SECONDS)
        + " "
        + Host.current().name()
        + " "
        + ProcessHandle.current().pid()
        + " "
        + line;
  }
}
