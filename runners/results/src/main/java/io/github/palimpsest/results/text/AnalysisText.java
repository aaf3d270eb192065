package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.ExampleDifference;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.SelfTest;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.McNemar;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The analysis in the text report. */
final class AnalysisText {
  private static final String NONE = "-";

  private final Results results;
  private final Analysis analysis;
  private final OptionalDouble wanted;
  private final StringBuilder out = new StringBuilder();

  AnalysisText(Results results, OptionalDouble wanted) {
    this.results = results;
    this.analysis = results.analysis();
    this.wanted = wanted;
  }

  String text() {
    frontier();
    effects();
    differences();
    out.append(EqualLossText.of(results.equalLoss()));
    examples();
    return out.toString();
  }

  /**
   * The outcomes that are told of: the chief metrics and the drifts, or all where there is none.
   */
  private boolean told(Outcome outcome) {
    boolean drift =
        results.evaluationSets().stream().anyMatch(s -> outcome.name().equals(drift(s)));
    return drift
        || Observations.CHIEF.contains(outcome.name())
        || results.metrics().stream().noneMatch(Observations.CHIEF::contains);
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
    out.append("\nLearn-retain frontier: * no recipe is ahead beyond the noise of the seeds\n\n");
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
    out.append(" score at the end, of\n").append(Retained.of(results).words());
    if (!UnmergedTraining.of(results).isEmpty()) {
      out.append(". Learned, of a recipe merged only at the end: the mean score of its tasks then");
    }
    out.append(UnmergedTraining.of(results).isEmpty() ? ". " : ".\n");
    out.append(
        "Unbeaten: at how many seeds no other cell of the seed beats it. Beaten by: a recipe");
    out.append("\nwhose means are nowhere worse, and that leads in learning or retention by an");
    out.append(" interval over seeds that excludes 0.\n");
  }

  private void effects() {
    List<String> claimed = new ArrayList<>();
    List<String> explored = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    Set<String> reasons = new LinkedHashSet<>();
    for (Effects e : analysis.effects()) {
      if (!e.primary() && !told(e.outcome())) {
        continue;
      }
      if (e.main().isEmpty()) {
        reasons.add(e.reason());
        continue;
      }
      (e.primary() ? claimed : explored).addAll(e.sentences());
      notes.add("Effects: " + e.basis());
      notes.addAll(e.caveats());
    }
    results.aliasesInWords(analysis).ifPresent(notes::add);
    notes.addAll(analysis.precision());
    effects("The primary family: what the axes did, averaged over the others", claimed);
    effects("Exploratory: measured, not claimed", explored);
    SelfTest.of(analysis, results.observations()).forEach(s -> notes.add(s.sentence()));
    notes.forEach(n -> out.append('\n').append(capital(n)).append(".\n"));
    reasons.forEach(r -> out.append("\nNo effects are given: ").append(r).append(".\n"));
  }

  private void effects(String head, List<String> sentences) {
    if (!sentences.isEmpty()) {
      out.append('\n').append(head).append("\n\n");
      sentences.forEach(s -> out.append("  ").append(Printable.line(s)).append('\n'));
    }
  }

  private void differences() {
    for (Differences d : analysis.differences()) {
      if (!told(d.outcome())) {
        continue;
      }
      if (d.recipes().stream().anyMatch(x -> x.seeds().n() > 1)) {
        table(d);
      }
      if (!d.reason().isEmpty() && !d.baseline().isEmpty()) {
        out.append("\nNo difference of ").append(Printable.line(d.outcome().name())).append(": ");
        out.append(d.reason()).append(".\n");
      }
    }
  }

  private void table(Differences d) {
    out.append("\n")
        .append(Printable.line(capital(d.outcome().name()) + " against " + d.baseline()));
    out.append(", over the same seeds; exploratory\n\n");
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("recipe", "seeds", "difference", "95 % t", "d_z"));
    head.addAll(List.of("p Holm", "finds"));
    wanted.ifPresent(w -> head.add("seeds for " + w));
    table.add(head);
    for (Difference x : d.recipes()) {
      List<String> row = new ArrayList<>(List.of(x.recipe(), "" + x.seeds().n()));
      row.add(signed(x.seeds().mean()));
      row.add(x.interval().map(AnalysisText::range).orElse(NONE));
      boolean tested = x.interval().isPresent();
      row.add(tested ? ReportText.number(x.seeds().dz(), 1) : NONE);
      row.add(tested ? p(x.conclusion().holm().orElseThrow()) : NONE);
      row.add(tested ? ReportText.number(x.seeds().detectable(x.conclusion().claims()), 3) : NONE);
      wanted.ifPresent(w -> row.add(tested ? seeds(x.seeds().seedsFor(w, 1)) : NONE));
      table.add(row);
    }
    out.append(TextTable.of(table));
    out.append("\nFinds: the true difference that this many seeds show in four runs of five.\n");
    d.caveats().forEach(c -> out.append(capital(c)).append(".\n"));
  }

  private static String seeds(OptionalInt seeds) {
    return seeds.isPresent() ? "" + seeds.getAsInt() : "> 10 million";
  }

  private void examples() {
    List<ExampleDifference> all = analysis.examples();
    if (all.isEmpty()) {
      return;
    }
    String baseline = results.rows().get(0).label();
    out.append('\n').append(ExampleNotes.title(baseline)).append("\n\n");
    List<List<String>> table = new ArrayList<>();
    List<String> head = List.of("recipe", "set", "examples", "difference", "95 % bootstrap");
    table.add(Stream.concat(head.stream(), Stream.of("lost", "gained", "p these models")).toList());
    for (ExampleDifference e : all) {
      table.add(
          List.of(
              e.recipe(),
              e.set(),
              "" + e.examples(),
              signed(e.difference()),
              e.bootstrap().map(AnalysisText::range).orElse(NONE),
              ExampleNotes.bySeed(e, McNemar::lost).orElse(NONE),
              ExampleNotes.bySeed(e, McNemar::gained).orElse(NONE),
              e.allSeeds().isPresent() ? p(e.adjusted().holm()) : NONE));
    }
    out.append(TextTable.of(table));
    String notes = String.join(". ", ExampleNotes.of(baseline, all)) + ".";
    out.append('\n').append(EqualLossText.wrapped(notes));
  }

  static String range(Interval v) {
    return ReportText.number(v.low(), 3) + " to " + ReportText.number(v.high(), 3);
  }

  static String signed(double value) {
    return (value < 0 ? "" : "+") + ReportText.number(value, 3);
  }

  /** A p-value with three decimals. */
  static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }

  static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
