package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How {@code report} writes its results. */
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

  /**
   * The format that a file's name ends in.
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
                        + ", or --format says what to write"));
  }
}
