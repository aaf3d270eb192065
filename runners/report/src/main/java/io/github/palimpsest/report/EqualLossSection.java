package io.github.palimpsest.report;

import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.ForgettingCurve;
import io.github.palimpsest.results.folder.Json;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Forgetting against the loss of the new task, and every recipe against the first one there. */
record EqualLossSection(Report report, Figures figures) {
  /** From this ratio of losses on, their axis is logarithmic. */
  private static final double WIDE = 20;

  List<DomContent> content() {
    List<EqualLoss> outcomes = report.results().equalLoss();
    List<DomContent> all = new ArrayList<>();
    if (outcomes.isEmpty()) {
      return all;
    }
    all.add(
        p("A recipe that learns the new task less usually forgets less as well. These curves follow the stage"
                + " of the last task: where two of them are at the same loss of this task, the one"
                + " that has forgotten less is ahead. All comparisons are exploratory.")
            .withClass("lead"));
    Set<String> notes = new LinkedHashSet<>();
    for (EqualLoss e : outcomes) {
      all.add(
          h3(EffectsSection.capital(e.outcome().shown()) + " while " + e.task() + " is learned"));
      all.add(curves(e));
      if (!e.comparisons().isEmpty()) {
        all.add(comparisons(e));
      }
      notes.addAll(e.sentences());
    }
    notes.forEach(n -> all.add(p(EffectsSection.capital(n) + ".").withClass("note")));
    return all;
  }

  private DomContent curves(EqualLoss e) {
    double[] losses =
        e.curves().stream().flatMap(c -> c.points().stream()).mapToDouble(x -> x.loss()).toArray();
    double least = Arrays.stream(losses).min().orElse(0);
    double most = Arrays.stream(losses).max().orElse(0);
    ObjectNode spec =
        Json.object()
            .put("kind", "learnforget")
            .put("x", "loss of " + e.task() + ", learning to the right (" + Units.LOSS + ")")
            .put("y", Units.label(e.outcome()))
            .put("log", least > 0 && most / least > WIDE);
    ArrayNode series = spec.putArray("series");
    HtmlTable table =
        new HtmlTable("Means over seeds at the points of the stage")
            .text("recipe")
            .numbers("seeds", "step")
            .measured("loss of " + e.task(), Units.LOSS)
            .measured(e.outcome().shown(), Units.of(e.outcome()));
    for (String recipe : e.recipes()) {
      List<ForgettingCurve> own = e.curvesOf(recipe);
      ObjectNode line = series.addObject().put("name", recipe);
      List<ForgettingCurve.Point> mean = ForgettingCurve.mean(own);
      points(line.putArray("points"), mean);
      ArrayNode seeds = line.putArray("seeds");
      if (own.size() > 1) {
        own.forEach(c -> points(seeds.addArray(), c.points()));
      }
      for (ForgettingCurve.Point x : mean) {
        table.row(
            recipe,
            "" + own.size(),
            "" + x.step(),
            Numbers.general(x.loss()),
            Numbers.signed(x.value()));
      }
    }
    return figures.chart(
        EffectsSection.capital(e.outcome().shown()) + " over the loss of " + e.task(),
        "One line for each of "
            + Numbers.count(e.recipes().size(), "recipe")
            + ", the mean over seeds from before the first step to after the last, with a mark at"
            + " each point; thin lines are single seeds. "
            + (e.outcome().higherIsBetter() ? "Higher" : "Lower")
            + " is better at the same loss."
            + (e.recipes().size() > 8
                ? " The first eight are shown; the legend turns others on."
                : ""),
        spec,
        table);
  }

  private static void points(ArrayNode into, List<ForgettingCurve.Point> points) {
    points.forEach(x -> into.addArray().add(rounded(x.loss())).add(rounded(x.value())));
  }

  /** Five digits are more precise than a line on the screen, and keep the file small. */
  private static double rounded(double value) {
    return Double.parseDouble(String.format(java.util.Locale.ROOT, "%.5g", value));
  }

  private DomContent comparisons(EqualLoss e) {
    String title =
        EffectsSection.capital(e.outcome().shown())
            + " against "
            + e.baseline()
            + " at equal steps, passes and loss";
    ObjectNode spec =
        Json.object().put("kind", "forest").put("x", EffectsSection.axis(e.outcome()));
    ArrayNode rows = spec.putArray("rows");
    HtmlTable table =
        new HtmlTable(title)
            .text("recipe", "at equal")
            .numbers("matched", "seeds", "left out")
            .measured("difference", Units.change(e.outcome()))
            .measured("95 % interval", Units.change(e.outcome()))
            .numbers("d_z", "p Holm")
            .text("by seed");
    for (EqualLoss.Comparison c : e.comparisons()) {
      Difference d = c.difference();
      ObjectNode row =
          rows.addObject()
              .put("label", "equal " + c.at() + ": " + d.recipe())
              .put("estimate", d.seeds().mean());
      d.interval().ifPresent(i -> row.put("low", i.low()).put("high", i.high()));
      row.put("clear", false); // exploratory
      List<String> cells = new ArrayList<>(List.of(d.recipe(), c.at().toString()));
      cells.addAll(numbers(c));
      table.row(cells.toArray(String[]::new));
    }
    return figures.chart(
        title,
        "Each row is one recipe minus "
            + e.baseline()
            + ", computed within each seed; "
            + (e.outcome().higherIsBetter()
                ? "above 0 it has the higher "
                : "below 0 it has the lower ")
            + e.outcome().shown()
            + ". Learning less can explain a recipe that is ahead at equal steps and not at equal loss.",
        spec,
        table);
  }

  /** The numbers of a comparison, for tables of every format. */
  static List<String> numbers(EqualLoss.Comparison c) {
    Difference d = c.difference();
    boolean tested = d.interval().isPresent();
    return List.of(
        Numbers.fixed(c.matched(), c.at() == EqualLoss.At.LOSS ? 3 : 0),
        "" + d.seeds().n(),
        "" + c.leftOut(),
        Numbers.signed(d.seeds().mean()),
        Numbers.range(d.interval()),
        tested ? Numbers.fixed(d.seeds().dz(), 1) : Numbers.NONE,
        Numbers.p(d.conclusion().holm()),
        tested ? Numbers.NONE : d.seeds().listed(Numbers::signed));
  }
}
