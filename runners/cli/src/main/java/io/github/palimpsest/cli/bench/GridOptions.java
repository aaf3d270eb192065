package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.Ranged;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where grids are run, and by how many processes. */
final class GridOptions {
  @Option(names = "--out", paramLabel = "DIR", required = true, description = "a new folder")
  Path out = Path.of("");

  @Option(
      names = "--workers",
      converter = Ranged.Workers.class,
      defaultValue = "2",
      description = "default: ${DEFAULT-VALUE}")
  int workers;

  GridBench bench(PrintWriter err) {
    return bench(out, err);
  }

  /**
   * A bench in a new folder.
   *
   * @throws PalimpsestException if the folder is there
   */
  static GridBench bench(Path out, PrintWriter err) {
    if (Files.exists(out)) {
      throw new PalimpsestException("'" + out + "' exists: name a new folder");
    }
    return new GridBench(out, err);
  }
}
