package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.ExampleDifference;
import io.github.palimpsest.results.statistics.McNemar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What is said about recipes that are compared example by example, in the forms of a report. */
public final class ExampleNotes {
  private ExampleNotes() {}

  /** The heading of their table. */
  public static String title(String baseline) {
    return "Example by example against " + baseline + ", after the last task; exploratory";
  }

  /** What the numbers mean, in sentences without their stops. */
  public static List<String> of(String baseline, List<ExampleDifference> rows) {
    List<String> notes = new ArrayList<>();
    if (rows.stream().anyMatch(e -> e.allSeeds().isPresent())) {
      notes.add(
          "Lost: examples that "
              + baseline
              + " has right and the recipe wrong; gained: the opposite, seed by seed");
      notes.add(
          "P: the exact test over the changed examples of all seeds, after Holm. It is of these"
              + " trained models: it does not say what other seeds would give");
    }
    if (rows.stream().anyMatch(e -> e.bootstrap().isPresent())) {
      notes.add(
          "Bootstrap: seeds are drawn, then examples; its percentiles are expanded for few seeds,"
              + " and cover about 93 % with five");
    }
    if (rows.stream().anyMatch(e -> e.bootstrap().isEmpty())) {
      notes.add("With fewer than five seeds there is no bootstrap: it would be too narrow");
    }
    return notes;
  }

  /** The changed examples of each seed with pluses between; empty if none is right or wrong. */
  public static Optional<String> bySeed(ExampleDifference e, ToIntFunction<McNemar> count) {
    return e.allSeeds()
        .map(
            all ->
                e.bySeed().stream()
                    .map(s -> "" + count.applyAsInt(s.counts()))
                    .collect(Collectors.joining("+")));
  }
}
