package io.github.palimpsest.tck.mechanical;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A built-in component that is not changed mechanically. A test of the command line, which has all
 * built-ins, asks that each is here or changed.
 *
 * @param component its id
 * @param why the reason
 */
record LeftOut(String component, String why) {
  private static final Path FILE = Path.of("src/test/resources/mechanical/left-out.tsv");

  static List<LeftOut> all() throws IOException {
    return Files.readAllLines(FILE).stream()
        .map(line -> line.split("\t", -1))
        .map(f -> new LeftOut(f[0], f[1]))
        .toList();
  }
}
