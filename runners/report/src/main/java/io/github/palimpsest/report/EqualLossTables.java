package io.github.palimpsest.report;

import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Comparisons at equal loss as tables for papers and spreadsheets; empty if there are none. */
final class EqualLossTables {
  private final List<EqualLoss> all;

  EqualLossTables(Report report) {
    this.all =
        report.results().equalLoss().stream().filter(e -> !e.comparisons().isEmpty()).toList();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The comparisons of all outcomes; the first row is the header. */
  List<List<String>> table(PaperTables.Format format) {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "outcome",
            "recipe",
            "against",
            "at equal",
            "matched",
            "seeds",
            "left out",
            "difference",
            "95 %",
            "d_z",
            "p Holm",
            "by seed"));
    for (EqualLoss e : all) {
      for (EqualLoss.Comparison c : e.comparisons()) {
        List<String> row =
            new ArrayList<>(
                List.of(
                    PaperTables.label(e.outcome(), format),
                    c.difference().recipe(),
                    e.baseline(),
                    c.at().toString()));
        row.addAll(EqualLossSection.numbers(c));
        table.add(row);
      }
    }
    return table;
  }

  /** The rule, the caveats and what is left out. */
  String sentences() {
    return String.join(
        " ",
        all.stream()
            .flatMap(e -> e.sentences().stream())
            .distinct()
            .map(s -> EffectsSection.capital(s) + ".")
            .toList());
  }

  /** The columns of a cell's row, for each outcome. */
  List<String> columns() {
    return all.stream()
        .map(e -> e.outcome().name())
        .flatMap(
            o ->
                Stream.of(
                    "matched loss of " + o,
                    o + " at matched loss",
                    o + " of the first recipe at matched loss"))
        .toList();
  }

  /** The values of a cell in these columns; empty for the first recipe and where there is none. */
  List<String> values(Observation cell) {
    List<String> values = new ArrayList<>();
    for (EqualLoss e : all) {
      Optional<EqualLoss.Seed> own =
          e.comparisons().stream()
              .filter(c -> c.at() == EqualLoss.At.LOSS)
              .filter(c -> c.difference().recipe().equals(cell.recipe()))
              .flatMap(c -> c.seeds().stream())
              .filter(s -> s.seed() == cell.seed())
              .findFirst();
      values.add(own.map(s -> digits(s.matched())).orElse(""));
      values.add(own.map(s -> digits(s.value())).orElse(""));
      values.add(own.map(s -> digits(s.control())).orElse(""));
    }
    return values;
  }

  private static String digits(double value) {
    return Double.toString(value).toLowerCase(Locale.ROOT);
  }
}
