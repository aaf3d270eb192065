package io.github.palimpsest.cli.option;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time as people write it: {@code 90s}, {@code 10m}, {@code 2h}. */
public final class Span implements ITypeConverter<Duration> {
  private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,6}) *(s|m|h)");
  private static final Map<String, Integer> SECONDS = Map.of("s", 1, "m", 60, "h", 3600);

  @Override
  public Duration convert(String text) {
    Matcher m = WRITTEN.matcher(text.trim());
    if (m.matches()) {
      long seconds = Long.parseLong(m.group(1)) * SECONDS.get(m.group(2));
      if (seconds > 0) {
        return Duration.ofSeconds(seconds);
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is no length of time such as 90s, 10m or 2h (1s to 999999h)");
  }
}
