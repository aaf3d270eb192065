package io.github.palimpsest.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import io.github.palimpsest.results.analysis.Adjusted;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.statistics.Interval;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The answer in sentences, each with its interval and whether it may be none. */
record AnswerSection(Report report) {

  /**
   * A sentence.
   *
   * @param text the sentence
   * @param clear whether its interval excludes 0
   */
  private record Said(String text, boolean clear) {}

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
                e.sentences().get(i) + ".",
                clear(e.main().get(i).interval(), e.main().get(i).adjusted())));
      }
      if (!said.isEmpty()) {
        all.add(h3("Effects of the axes on " + e.outcome().name()));
        all.add(list(said));
      }
    }
    reasons.forEach(r -> all.add(p("No effects are given: " + r + ".")));
    all.add(
        p("“Clear” means that the 95 % interval of the change excludes 0 and that p adjusted by Holm is"
                + " below 0.05; “open” means that these data leave it open. Effects are averaged over the other axes, with the seed as"
                + " a block.")
            .withClass("note"));
    return all;
  }

  private static boolean clear(Interval interval, Adjusted adjusted) {
    return interval.excludes(0) && adjusted.holm() < Difference.ALPHA;
  }

  private List<Effects> effects() {
    List<Outcome> chief = report.chief();
    return report.analysis().effects().stream().filter(e -> chief.contains(e.outcome())).toList();
  }

  private static DomContent list(List<Said> said) {
    return ul(each(
            said,
            s ->
                li(
                        span(s.clear() ? "clear" : "open")
                            .withClass("tag " + (s.clear() ? "clear" : "open")),
                        text(s.text()))
                    .withClass(s.clear() ? "clear" : "open")))
        .withClass("answers");
  }

  private double mean(String recipe, Outcome outcome) {
    return Report.mean(report.cellsOf(recipe).stream().mapToDouble(c -> c.outcome(outcome.name())));
  }

  private Said best(Outcome outcome) {
    List<String> recipes =
        report.recipes().stream().filter(r -> Double.isFinite(mean(r, outcome))).toList();
    if (recipes.isEmpty()) {
      return new Said("There is no " + outcome.name() + " in any cell.", false);
    }
    String best = recipes.get(0);
    for (String r : recipes) {
      if (outcome.improves(mean(r, outcome) - mean(best, outcome))) {
        best = r;
      }
    }
    String unit = outcome.unit().isEmpty() ? "" : " " + outcome.unit();
    String text =
        "Of "
            + Numbers.count(recipes.size(), "recipe")
            + ", "
            + best
            + " has the "
            + (outcome.higherIsBetter() ? "highest " : "lowest ")
            + outcome.name()
            + ": "
            + Numbers.of(mean(best, outcome))
            + unit;
    Differences d =
        report.analysis().differences().stream()
            .filter(x -> x.outcome().equals(outcome))
            .findFirst()
            .orElseThrow();
    if (best.equals(d.baseline())) {
      return new Said(text + ", and it is the first recipe of the plan.", false);
    }
    for (Difference x : d.recipes()) {
      if (x.recipe().equals(best)) {
        return new Said(
            text
                + ", that is "
                + Numbers.signed(x.paired().mean())
                + unit
                + " against "
                + d.baseline()
                + " (95 % "
                + Numbers.range(x.paired().interval())
                + ", "
                + x.paired().n()
                + " seeds, p "
                + Numbers.p(x.adjusted().holm())
                + ").",
            clear(x.paired().interval(), x.adjusted()));
      }
    }
    return new Said(text + "; with fewer than two seeds there is no interval.", false);
  }
}
