package io.github.palimpsest.tck.mechanical;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The changes of all components that were tried, and the reasons why some of them survive. */
record Changes(List<Change> all, List<Reason> reasons) {
  static final Path FILE = Path.of("src/test/resources/mechanical/changes.tsv");
  private static final Path REASONS = FILE.resolveSibling("survivors.tsv");

  /**
   * Why the kit does not see a change.
   *
   * @param component the component
   * @param method class and method, or the class alone
   * @param what what was changed, or its first words
   * @param why the reason
   */
  record Reason(String component, String method, String what, String why) {
    boolean covers(Change c) {
      return c.component().equals(component)
          && c.place().startsWith(method)
          && c.what().startsWith(what);
    }
  }

  static Changes read() throws IOException {
    List<Change> all = Files.readAllLines(FILE).stream().map(Change::of).toList();
    List<Reason> reasons = new ArrayList<>();
    for (String line : Files.readAllLines(REASONS)) {
      String[] fields = line.split("\t", -1);
      reasons.add(new Reason(fields[0], fields[1], fields[2], fields[3]));
    }
    return new Changes(all, reasons);
  }

  /** Puts the changes of a component in the place of its earlier ones. */
  static void keep(String component, Collection<Change> changes) throws IOException {
    List<Change> all = new ArrayList<>(changes);
    if (Files.exists(FILE)) {
      Files.readAllLines(FILE).stream()
          .map(Change::of)
          .filter(c -> !c.component().equals(component))
          .forEach(all::add);
    }
    Files.createDirectories(FILE.getParent());
    List<String> lines = all.stream().map(Change::line).sorted(Comparator.naturalOrder()).toList();
    Files.write(FILE, lines);
  }

  List<Change> survivors() {
    return all.stream().filter(c -> !c.killed()).toList();
  }

  Optional<Reason> reason(Change survivor) {
    return reasons.stream().filter(r -> r.covers(survivor)).findFirst();
  }

  /** The share of killed changes. */
  double score() {
    return (double) (all.size() - survivors().size()) / all.size();
  }
}
