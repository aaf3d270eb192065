package io.github.palimpsest.results.text;

import java.time.Duration;
import java.util.Locale;

/** Durations for people. */
public final class Hours {
  private Hours() {}

  /** Hours, minutes and seconds: {@code 1:02:03}. */
  public static String of(Duration d) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", d.toHours(), d.toMinutesPart(), d.toSecondsPart());
  }
}
