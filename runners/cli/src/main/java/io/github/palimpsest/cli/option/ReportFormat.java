package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The output formats of {@code report}. */
public enum ReportFormat {
  TEXT("txt"),
  HTML("html"),
  MARKDOWN("md"),
  CSV("csv"),
  LATEX("tex"),
  JSON("json");

  private final String ending;

  ReportFormat(String ending) {
    this.ending = ending;
  }

  /** The word on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The format for a file's ending.
   *
   * @throws PalimpsestException if it ends in none
   */
  public static ReportFormat of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(f -> name.endsWith("." + f.ending))
        .findFirst()
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "--out="
                        + file
                        + " must end in one of "
                        + Arrays.stream(values())
                            .map(f -> "." + f.ending)
                            .collect(Collectors.joining(", "))
                        + ", or --format must name the format"));
  }
}
