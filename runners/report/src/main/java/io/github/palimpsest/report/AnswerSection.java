package io.github.palimpsest.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import io.github.palimpsest.results.analysis.Conclusion;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.SelfTest;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The answer in sentences, each tagged with what the seeds let it say. */
record AnswerSection(Report report) {

  /**
   * A sentence.
   *
   * @param text what it says
   * @param tag a verdict, or that the sentence only describes
   */
  private record Said(String text, String tag) {}

  /** The tag of a sentence that describes the cells without a claim. */
  private static final String MEASURED = "measured";

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    List<Said> best = report.chief().stream().map(this::best).toList();
    all.add(list(best));
    report.results().overlaps().forEach(s -> all.add(p(s)));
    List<String> unbeaten =
        report.analysis().frontier().unbeaten().stream().map(Frontier.Point::recipe).toList();
    if (!unbeaten.isEmpty() && unbeaten.size() < report.recipes().size()) {
      all.add(
          p(
              "Taking learning, retention and cost together, "
                  + Numbers.count(unbeaten.size(), "recipe")
                  + " of "
                  + report.recipes().size()
                  + (unbeaten.size() == 1 ? " is" : " are")
                  + " beaten by none: "
                  + unbeaten.stream().limit(8).collect(Collectors.joining("; "))
                  + (unbeaten.size() > 8 ? "; and more" : "")
                  + "."));
    }
    Set<String> reasons = new LinkedHashSet<>();
    for (Effects e : effects()) {
      if (!e.reason().isEmpty()) {
        reasons.add(e.reason());
      }
      List<Said> said = new ArrayList<>();
      for (int i = 0; i < e.sentences().size(); i++) {
        said.add(
            new Said(
                e.sentences().get(i) + ".", e.main().get(i).conclusion().verdict().toString()));
      }
      if (!said.isEmpty()) {
        all.add(h3("Effects of the axes on " + e.outcome().shown()));
        all.add(list(said));
      }
    }
    reasons.forEach(r -> all.add(p("No effects are given: " + r + ".")));
    effects().stream()
        .flatMap(e -> Stream.concat(Stream.of(e.basis().toString()), e.caveats().stream()))
        .distinct()
        .forEach(c -> all.add(p(EffectsSection.capital(c) + ".").withClass("note")));
    report
        .results()
        .aliasesInWords(report.analysis())
        .ifPresent(a -> all.add(p(EffectsSection.capital(a) + ".").withClass("note")));
    report.analysis().precision().forEach(s -> all.add(p(s + ".").withClass("note")));
    SelfTest.of(report.analysis(), report.cells())
        .forEach(s -> all.add(p(s.sentence() + ".").withClass("note")));
    all.add(
        p("“Clear”: the interval that covers together with all other primary effects excludes 0."
                + " “None”: two one-sided tests place the effect within the declared margin."
                + " “Open”: the seeds do not settle it. “Untested”: there are too few seeds, or they"
                + " differ by less than the score resolves. “Exploratory” and “measured”: a number"
                + " without a claim. Effects are averaged over the other axes.")
            .withClass("note"));
    return all;
  }

  /** The effects of the primary family first, and those on the chief outcomes. */
  private List<Effects> effects() {
    List<Outcome> chief = report.chief();
    return report.analysis().effects().stream()
        .filter(e -> chief.contains(e.outcome()) || e.primary())
        .sorted(Comparator.comparing(e -> !e.primary()))
        .toList();
  }

  private static DomContent list(List<Said> said) {
    return ul(each(
            said,
            s -> li(span(s.tag()).withClass("tag " + tag(s)), text(s.text())).withClass(tag(s))))
        .withClass("answers");
  }

  /** The style of a sentence: a claim, or none. */
  private static String tag(Said s) {
    return s.tag().equals(Conclusion.Verdict.EFFECT.toString())
            || s.tag().equals(Conclusion.Verdict.NO_RELEVANT_EFFECT.toString())
        ? "clear"
        : "open";
  }

  private double mean(String recipe, Outcome outcome) {
    return report.sample(recipe, outcome).mean();
  }

  private Said best(Outcome outcome) {
    List<String> recipes =
        report.recipes().stream().filter(r -> Double.isFinite(mean(r, outcome))).toList();
    if (recipes.isEmpty()) {
      return new Said("There is no " + outcome.shown() + " in any cell.", MEASURED);
    }
    String best = recipes.get(0);
    for (String r : recipes) {
      if (outcome.improves(mean(r, outcome) - mean(best, outcome))) {
        best = r;
      }
    }
    String unit = outcome.unit().isEmpty() ? "" : " " + outcome.unit();
    String part = report.sample(best, outcome).part();
    if (recipes.size() == 1) {
      return new Said(
          "The only recipe, %s, has the %s %s%s."
              .formatted(best, outcome.shown(), Numbers.of(mean(best, outcome)), unit + part),
          MEASURED);
    }
    String text =
        "Of "
            + Numbers.count(recipes.size(), "recipe")
            + ", "
            + best
            + " has the "
            + (outcome.higherIsBetter() ? "highest " : "lowest ")
            + outcome.shown()
            + ": "
            + Numbers.of(mean(best, outcome))
            + unit
            + part;
    Differences d =
        report.analysis().differences().stream()
            .filter(x -> x.outcome().equals(outcome))
            .findFirst()
            .orElseThrow();
    if (best.equals(d.baseline())) {
      return new Said(text + ", and it is the first recipe of the plan.", MEASURED);
    }
    for (Difference x : d.recipes()) {
      if (x.recipe().equals(best)) {
        String interval =
            x.interval().map(i -> "95 % " + Numbers.range(i) + ", exploratory, ").orElse("");
        return new Said(
            text
                + ", that is "
                + Numbers.signed(x.seeds().mean())
                + unit
                + " against "
                + d.baseline()
                + " ("
                + interval
                + Numbers.count(x.seeds().n(), "seed")
                + ").",
            MEASURED);
      }
    }
    return new Said(text + "; it shares no seed with " + d.baseline() + ".", MEASURED);
  }
}
