package io.github.palimpsest.cli.option;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes as people write it: {@code 500MB}, {@code 1.5 GB}, {@code 2GiB}. */
public final class DiskSize implements ITypeConverter<Long> {
  private static final Pattern WRITTEN =
      Pattern.compile("([0-9]+(?:[.][0-9]+)?) *([KMGT]I?B)", Pattern.CASE_INSENSITIVE);
  private static final Map<Character, Integer> POWERS = Map.of('K', 1, 'M', 2, 'G', 3, 'T', 4);

  @Override
  public Long convert(String text) {
    Matcher m = WRITTEN.matcher(text.trim());
    if (m.matches()) {
      String unit = m.group(2).toUpperCase(Locale.ROOT);
      double base = unit.length() == 3 ? 1024 : 1000;
      double bytes = Double.parseDouble(m.group(1)) * Math.pow(base, POWERS.get(unit.charAt(0)));
      if (bytes >= 1 && bytes < Long.MAX_VALUE) {
        return (long) bytes;
      }
    }
    throw new TypeConversionException(
        "'"
            + text
            + "' is no size such as 500MB, 2GB or 1.5GiB (KB to TB, KiB to TiB; at most 9223372TB)");
  }
}
