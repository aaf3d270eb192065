package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.ExampleDifference;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** The part of the text report that concludes. */
final class AnalysisText {
  /** Resamples of fewer pairs hardly vary. */
  private static final int FEW_SEEDS = 6;

  private final Report report;
  private final Analysis analysis;
  private final OptionalDouble wanted;
  private final StringBuilder out = new StringBuilder();

  AnalysisText(Report report, OptionalDouble wanted) {
    this.report = report;
    this.analysis = report.analysis();
    this.wanted = wanted;
  }

  String text() {
    frontier();
    effects();
    differences();
    examples();
    return out.toString();
  }

  /**
   * The outcomes that are told of: the chief metrics and the drifts, or all where there is none.
   */
  private boolean told(Outcome outcome) {
    boolean drift = report.keptSets().stream().anyMatch(s -> outcome.name().equals(drift(s)));
    return drift
        || Observations.CHIEF.contains(outcome.name())
        || report.metrics().stream().noneMatch(Observations.CHIEF::contains);
  }

  private static String drift(String set) {
    return Observations.drift(set);
  }

  private void frontier() {
    List<Frontier.Point> points = analysis.frontier().points();
    if (points.size() < 2) {
      return;
    }
    if (points.stream().noneMatch(p -> p.mean().defined())) {
      out.append("\nNo frontier is given: there was nothing to retain.\n");
      return;
    }
    out.append("\nLearn-retain frontier: * no recipe does better or as well in all three\n\n");
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("", "recipe", "learned", "retained", "passes", "unbeaten", "beaten by"));
    for (Frontier.Point p : points) {
      table.add(
          List.of(
              p.onFrontier() ? "*" : "",
              p.recipe(),
              ReportText.number(p.mean().learned(), 3),
              ReportText.number(p.mean().retained(), 3),
              ReportText.number(p.mean().passes(), 0),
              p.unbeatenSeeds() + "/" + p.seeds(),
              p.beatenBy()));
    }
    out.append(TextTable.of(table));
    out.append("\nLearned: the mean score of a task right after its training. Retained: the mean");
    out.append(" score at the end, of\n").append(Retained.of(report).words());
    out.append(". Unbeaten: at how many seeds no other cell of the seed beats it.\n");
  }

  private void effects() {
    List<String> sentences = new ArrayList<>();
    Set<String> bases = new LinkedHashSet<>();
    Set<String> reasons = new LinkedHashSet<>();
    for (Effects e : analysis.effects()) {
      if (told(e.outcome())) {
        if (e.main().isEmpty()) {
          reasons.add(e.reason());
        } else {
          sentences.addAll(e.sentences());
          bases.add(e.basis().toString());
        }
      }
    }
    if (!sentences.isEmpty()) {
      out.append("\nWhat the axes did, averaged over the others; seed as block, p after Holm\n\n");
      sentences.forEach(s -> out.append("  ").append(Printable.line(s)).append('\n'));
      bases.forEach(b -> out.append("\nEffects: ").append(b).append(".\n"));
    }
    reasons.forEach(r -> out.append("\nNo effects are given: ").append(r).append(".\n"));
  }

  private void differences() {
    for (Differences d : analysis.differences()) {
      if (!told(d.outcome())) {
        continue;
      }
      if (!d.recipes().isEmpty()) {
        table(d);
      }
      if (!d.reason().isEmpty() && !d.baseline().isEmpty()) {
        out.append("\nNo interval of ").append(Printable.line(d.outcome().name())).append(": ");
        out.append(d.reason()).append(".\n");
      }
    }
  }

  private void table(Differences d) {
    out.append("\n")
        .append(Printable.line(capital(d.outcome().name()) + " against " + d.baseline()));
    out.append(", over the same seeds\n\n");
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("recipe", "seeds", "difference", "95 % t"));
    head.addAll(List.of("95 % bootstrap", "d_z", "p Holm", "p B-H", "finds"));
    wanted.ifPresent(w -> head.add("seeds for " + w));
    table.add(head);
    for (Difference x : d.recipes()) {
      List<String> row = new ArrayList<>(List.of(x.recipe(), "" + x.paired().n()));
      row.add(signed(x.paired().mean()));
      row.add(range(x.paired().interval()));
      row.add(range(x.bootstrap()));
      row.add(ReportText.number(x.paired().dz(), 1));
      row.add(p(x.adjusted().holm()));
      row.add(p(x.adjusted().benjaminiHochberg()));
      row.add(ReportText.number(x.detectable(), 3));
      wanted.ifPresent(w -> row.add(seeds(x.seedsFor(w))));
      table.add(row);
    }
    out.append(TextTable.of(table));
    out.append("\nFinds: the true difference that so many seeds show in four runs of five.");
    if (d.recipes().stream().anyMatch(x -> x.paired().n() < FEW_SEEDS)) {
      out.append(" A bootstrap\nover so few seeds is too narrow; the t interval is not.");
    }
    out.append('\n');
  }

  private static String seeds(OptionalInt seeds) {
    return seeds.isPresent() ? "" + seeds.getAsInt() : "> 10 million";
  }

  private void examples() {
    List<ExampleDifference> all = analysis.examples();
    if (all.isEmpty()) {
      return;
    }
    out.append("\nExample by example against ").append(report.rows().get(0).label());
    out.append(", after the last task\n\n");
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "recipe", "set", "examples", "difference", "95 % bootstrap", "lost", "gained", "p"));
    boolean single = false;
    for (ExampleDifference e : all) {
      single |= e.bootstrap().isEmpty();
      boolean judged = !e.bySeed().isEmpty();
      table.add(
          List.of(
              e.recipe(),
              e.set(),
              "" + e.examples(),
              signed(e.difference()),
              e.bootstrap().map(AnalysisText::range).orElse("-"),
              judged ? counts(e, true) : "-",
              judged ? counts(e, false) : "-",
              judged
                  ? p(e.bySeed().stream().mapToDouble(t -> t.adjusted().holm()).max().orElse(1))
                  : "-"));
    }
    out.append(TextTable.of(table));
    out.append("\nBootstrap: over examples, their difference averaged over seeds.");
    out.append(" Lost: examples that ").append(report.rows().get(0).label());
    out.append(" has right and the recipe wrong;\ngained: the opposite, seed by seed.");
    out.append(" P: McNemar's exact test after Holm, the largest of the seeds.\n");
    if (single) {
      out.append("No interval from one seed: it would leave out what another seed changes.\n");
    }
  }

  private static String counts(ExampleDifference e, boolean lost) {
    return String.join(
        "+",
        e.bySeed().stream()
            .map(t -> "" + (lost ? t.counts().lost() : t.counts().gained()))
            .toList());
  }

  private static String range(Interval v) {
    return ReportText.number(v.low(), 3) + " to " + ReportText.number(v.high(), 3);
  }

  private static String signed(double value) {
    return (value < 0 ? "" : "+") + ReportText.number(value, 3);
  }

  private static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
