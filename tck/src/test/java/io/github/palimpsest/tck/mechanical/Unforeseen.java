package io.github.palimpsest.tck.mechanical;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A plugin of a careless author that the kit certified when it was written.
 *
 * @param id its component
 * @param mistake what is wrong with it
 * @param rule the rule that it breaks now; empty if it is still certified
 * @param how what the rule tries now, or why the mistake cannot be seen
 */
record Unforeseen(String id, String mistake, String rule, String how) {
  private static final Path FILE = Path.of("src/test/resources/mechanical/unforeseen.tsv");

  static List<Unforeseen> all() throws IOException {
    return Files.readAllLines(FILE).stream()
        .map(line -> line.split("\t", -1))
        .map(f -> new Unforeseen(f[0], f[1], f[2], f[3]))
        .toList();
  }
}
