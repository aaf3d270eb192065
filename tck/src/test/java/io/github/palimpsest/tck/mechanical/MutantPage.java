package io.github.palimpsest.tck.mechanical;

import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code tck/mutants.md}: the kit's rules against its mutants, from the files of the tests. */
record MutantPage(
    Map<String, List<Written>> written,
    List<Unforeseen> unforeseen,
    Changes changes,
    List<LeftOut> leftOut) {
  private static final Path VERDICTS = Path.of("src/test/resources/verdicts");

  /**
   * A mutant that was written for a rule.
   *
   * @param what what is wrong with it
   * @param broken the rules that it breaks, where all were tried
   */
  record Written(String what, List<String> broken) {}

  static MutantPage read() throws IOException {
    Map<String, List<Written>> written = new TreeMap<>();
    try (Stream<Path> files = Files.list(VERDICTS)) {
      for (Path file : files.sorted().toList()) {
        written.put(file.getFileName().toString().replace(".txt", ""), mutants(file));
      }
    }
    return new MutantPage(written, Unforeseen.all(), Changes.read(), LeftOut.all());
  }

  private static List<Written> mutants(Path file) throws IOException {
    List<Written> all = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("## ")) {
        all.add(new Written(line.substring(3), List.of()));
      } else if (line.startsWith("  breaks ")) {
        String last = all.remove(all.size() - 1).what();
        all.add(new Written(last, Arrays.asList(line.substring(10).strip().split(", "))));
      }
    }
    return all;
  }

  String text() {
    return String.join(
            "\n", "# Mutants", "", head(), scores(), rules(), foreseen(), components(), others())
        + "\n"
        + survivors();
  }

  private static String head() {
    return """
        Components with a mistake, and what the kit says of them. `tck/mutants.sh` writes this page; a test compares it with the
        files of the tests (`src/test/resources/verdicts`, one for each rule, and `src/test/resources/mechanical`).

        A mechanical change replaces one instruction of a correct component: a condition by its opposite, a sum by a difference, a
        returned value by nothing, and so on, by the default operators of [PIT](https://pitest.org), and the same for sums, products and
        roots of tensors. It is killed if a rule is broken, at level MUST or SHOULD, if the component cannot be made any more, or if it does not
        end. Of optimizers, adapters and regularizers the first broken rule is noted, of other kinds all are.
        """;
  }

  private static String row(Object... cells) {
    return Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String score(String what, long killed, long all) {
    return row(what, killed, all, String.format(Locale.ROOT, "%.0f %%", 100.0 * killed / all));
  }

  private String scores() {
    long byHand = written.values().stream().mapToLong(List::size).sum();
    long seen = unforeseen.stream().filter(u -> !u.rule().isEmpty()).count();
    long all = changes.all().size();
    long killed = all - changes.survivors().size();
    return String.join(
        "\n",
        "| mutants | killed | of | score |",
        "|---|---|---|---|",
        score("written for a rule", byHand, byHand),
        score("not foreseen, see below", seen, unforeseen.size()),
        score("mechanical changes", killed, all),
        score("all", byHand + seen + killed, byHand + unforeseen.size() + all),
        "");
  }

  private String rules() {
    List<String> lines = new ArrayList<>();
    lines.add("## Rules\n");
    lines.add(
        "*Also*: mutants of other rules that break this one too. *Mechanical*: changes that break it.\n");
    lines.add("| rule | mutants written for it | also | mechanical |");
    lines.add("|---|---|---|---|");
    for (Rule rule : Rule.all()) {
      String id = rule.id();
      List<Written> own = written.getOrDefault(id, List.of());
      List<String> names = new ArrayList<>(own.stream().map(Written::what).toList());
      unforeseen.stream()
          .filter(u -> u.rule().equals(id))
          .forEach(u -> names.add("`" + u.id() + "`"));
      long also =
          written.entrySet().stream()
              .filter(e -> !e.getKey().equals(id))
              .flatMap(e -> e.getValue().stream())
              .filter(w -> w.broken().contains(id))
              .count();
      long mechanical = changes.all().stream().filter(c -> c.breaks(id)).count();
      String none =
          rule.level() == Level.UNTESTED ? "untested: " + rule.text().note() : elsewhere(id);
      lines.add(row(id, names.isEmpty() ? none : String.join("; ", names), also, mechanical));
    }
    lines.add("");
    return String.join("\n", lines);
  }

  /** Where a rule is tried whose mutants are no components. */
  private static String elsewhere(String rule) {
    return rule.startsWith("SPI")
        ? "JARs, in `JarTest`"
        : rule.startsWith("RUN")
            ? "runners, in `AssertingTest`"
            : "recipes and files, in the tests of the runners";
  }

  private String foreseen() {
    List<String> lines = new ArrayList<>();
    lines.add("## Not foreseen\n");
    lines.add(
        "Plugins that a careless author could write, which the kit certified when they were written"
            + " (`src/test/resources/plugins/Unforeseen*.java`).\n");
    lines.add("| component | mistake | now | how, or why not |");
    lines.add("|---|---|---|---|");
    for (Unforeseen u : unforeseen) {
      lines.add(
          row(
              "`" + u.id() + "`",
              u.mistake(),
              u.rule().isEmpty() ? "certified" : u.rule(),
              u.how()));
    }
    lines.add("");
    return String.join("\n", lines);
  }

  private String components() {
    Map<String, List<Change>> by = new LinkedHashMap<>();
    Reference.all().forEach(r -> by.put(r.component(), new ArrayList<>()));
    changes.all().forEach(c -> by.get(c.component()).add(c));
    List<String> lines = new ArrayList<>();
    lines.add("## Components that were changed\n");
    lines.add("| component | killed | changes | score |");
    lines.add("|---|---|---|---|");
    by.forEach(
        (id, all) -> {
          long killed = all.stream().filter(Change::killed).count();
          String name = "`" + id + "`";
          lines.add(
              all.isEmpty() ? row(name, 0, 0, "not tried yet") : score(name, killed, all.size()));
        });
    lines.add("");
    return String.join("\n", lines);
  }

  private String others() {
    Map<String, List<String>> by = new TreeMap<>();
    leftOut.forEach(
        l -> by.computeIfAbsent(l.why(), w -> new ArrayList<>()).add("`" + l.component() + "`"));
    List<String> lines = new ArrayList<>();
    lines.add("## Built-in components that were not changed\n");
    lines.add("| components | why |");
    lines.add("|---|---|");
    by.forEach((why, ids) -> lines.add(row(String.join(", ", ids), why)));
    lines.add("");
    return String.join("\n", lines);
  }

  private String survivors() {
    Map<String, Long> same = new TreeMap<>();
    for (Change c : changes.survivors()) {
      String why = changes.reason(c).map(Changes.Reason::why).orElse("");
      String key = row("`" + c.component() + "`", "`" + c.method() + "`", c.what(), why);
      same.merge(key, 1L, Long::sum);
    }
    StringBuilder lines =
        new StringBuilder(
            "## Survivors\n\n| component | method | change | why it is not seen |\n|---|---|---|---|\n");
    same.forEach((line, n) -> lines.append(n == 1 ? line : times(line, n)).append('\n'));
    return lines.toString();
  }

  private static String times(String line, long n) {
    int end = line.lastIndexOf(" | ");
    return line.substring(0, end) + ", in " + n + " places" + line.substring(end);
  }
}
