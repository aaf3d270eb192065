package io.github.palimpsest.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Conclusion;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.statistics.Interval;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Main effects with their intervals, and interactions of axes. */
record EffectsSection(Report report, Figures figures) {

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    List<DomContent> more = new ArrayList<>();
    for (Effects e : report.analysis().effects()) {
      if (e.main().isEmpty()) {
        continue;
      }
      if (all.isEmpty()) {
        all.add(
            p("Each row is one level in place of another, averaged over the other axes. A filled"
                    + " mark: an effect that is claimed, by the interval that covers together with"
                    + " its whole family; all other intervals are each effect's own. "
                    + capital(e.basis().toString())
                    + ".")
                .withClass("lead"));
      }
      DomContent content =
          div(
              h3(capital(e.outcome().shown())),
              div(each(charts(e).toArray(DomContent[]::new))).withClass("grid"));
      (report.chief().contains(e.outcome()) ? all : more).add(content);
    }
    if (!more.isEmpty()) {
      all.add(
          details(
              summary("Effects on " + Numbers.count(more.size(), "more outcome")),
              each(more.toArray(DomContent[]::new))));
    }
    return all; // the answer says why there are none
  }

  static String capital(String text) {
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private List<DomContent> charts(Effects e) {
    List<DomContent> charts = new ArrayList<>();
    charts.add(forest(e, "Main effects on " + e.outcome().shown(), e.main(), false));
    if (!e.interactions().isEmpty()) {
      charts.add(forest(e, "Interactions on " + e.outcome().shown(), e.interactions(), true));
    }
    List<String> axes = List.copyOf(report.axes().keySet());
    for (int a = 0; a < axes.size(); a++) {
      for (int b = a + 1; b < axes.size(); b++) {
        if (levels(axes.get(a)).size() > 1 && levels(axes.get(b)).size() > 1) {
          charts.add(interaction(e.outcome(), axes.get(a), axes.get(b)));
        }
      }
    }
    return charts;
  }

  private Set<String> levels(String axis) {
    return report.axes().getOrDefault(axis, Set.of());
  }

  private DomContent forest(Effects e, String title, List<Effect> effects, boolean two) {
    ObjectNode spec = Json.object().put("kind", "forest").put("x", axis(e.outcome()));
    ArrayNode rows = spec.putArray("rows");
    HtmlTable table =
        new HtmlTable(title)
            .text("effect")
            .measured("estimate", Units.change(e.outcome()))
            .measured("95 % interval", Units.change(e.outcome()))
            .measured("95 % with family", Units.change(e.outcome()))
            .numbers("p Holm", "seeds")
            .text("says");
    int clear = 0;
    for (Effect x : effects) {
      String label =
          two
              ? bare(x.high())
                  + "/"
                  + bare(x.low())
                  + " × "
                  + bare(x.otherHigh())
                  + "/"
                  + bare(x.otherLow())
              : bare(x.high()) + " – " + bare(x.low());
      boolean claimed = x.conclusion().verdict() == Conclusion.Verdict.EFFECT;
      clear += claimed ? 1 : 0;
      Optional<Interval> shown =
          x.conclusion().primary() ? x.conclusion().simultaneous() : x.interval();
      ObjectNode row = rows.addObject().put("label", label).put("estimate", x.estimate());
      shown.ifPresent(i -> row.put("low", i.low()).put("high", i.high()));
      row.put("clear", claimed);
      table.row(
          x.contrast(),
          Numbers.signed(x.estimate()),
          Numbers.range(x.interval()),
          Numbers.range(x.conclusion().simultaneous()),
          Numbers.p(x.conclusion().holm()),
          "" + x.seeds().n(),
          x.conclusion().verdict().toString());
    }
    String alt =
        clear
            + " of "
            + Numbers.count(effects.size(), two ? "interaction" : "main effect")
            + (clear == 1 ? " is" : " are")
            + " claimed."
            + (two
                ? " An interaction is how much more the first change does with the second level"
                    + " than without."
                : "");
    return figures.chart(title, alt, spec, table);
  }

  /** The axis of changes of an outcome. */
  static String axis(Outcome o) {
    return (o.shown().startsWith("change of ") ? "difference of the " : "change of ")
        + o.shown()
        + " ("
        + Units.change(o)
        + ")";
  }

  /** Means by level of one axis, a line for each level of the other. */
  private DomContent interaction(Outcome outcome, String a, String b) {
    List<String> across = List.copyOf(levels(b));
    ObjectNode spec =
        Json.object().put("kind", "lines").put("x", b).put("y", "mean " + Units.label(outcome));
    ArrayNode categories = spec.putArray("categories");
    across.forEach(l -> categories.add(l));
    ArrayNode series = spec.putArray("series");
    HtmlTable table = new HtmlTable("Mean " + outcome.shown() + " by " + a + " and " + b).text(a);
    across.forEach(l -> table.measured(l, Units.of(outcome)));
    for (String level : levels(a)) {
      ObjectNode line = series.addObject().put("name", level);
      ArrayNode values = line.putArray("values");
      List<HtmlTable.Cell> row = new ArrayList<>();
      row.add(HtmlTable.Cell.of(level));
      for (String other : across) {
        double mean =
            Report.mean(
                report.cells().stream()
                    .filter(
                        c ->
                            Map.of(a, level, b, other).entrySet().stream()
                                .allMatch(w -> w.getValue().equals(c.levels().get(w.getKey()))))
                    .mapToDouble(c -> c.outcome(outcome.name())));
        if (Double.isFinite(mean)) {
          values.add(mean);
        } else {
          values.addNull();
        }
        row.add(HtmlTable.Cell.of(Numbers.of(mean)));
      }
      table.row(row);
    }
    return figures.chart(
        capital(a) + " and " + b,
        "Mean "
            + outcome.shown()
            + " at each level of "
            + b
            + ", one line for each of "
            + levels(a).size()
            + " levels of "
            + a
            + ". Parallel lines mean that the axes act independently.",
        spec,
        table);
  }

  /** A level by its name only, unless another level of some axis has the same name. */
  private String bare(String level) {
    String name = name(level);
    long same =
        report.axes().values().stream()
            .flatMap(Set::stream)
            .filter(l -> name(l).equals(name))
            .count();
    return same > 1 ? level : name;
  }

  private static String name(String level) {
    int open = level.indexOf('(');
    return open < 0 ? level : level.substring(0, open);
  }
}
