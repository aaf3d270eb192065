package io.github.palimpsest.report;

import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.statistics.Interval;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What would change the conclusion: differences that these seeds cannot tell from none. */
record PowerSection(Report report, Figures figures) {

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    all.add(
        p("Every recipe against the first one, over the seeds that both have. These comparisons are"
                + " exploratory: they are no part of the primary family. “Finds” is the smallest true"
                + " difference that this many seeds show in four runs of five, at the spread seen"
                + " here; a smaller one may be there and not show. “Seeds” is how many it would take"
                + " to show the difference that was measured.")
            .withClass("lead"));
    for (Differences d : report.analysis().differences()) {
      if (!report.chief().contains(d.outcome())) {
        continue;
      }
      if (!d.reason().isEmpty()) {
        all.add(p(EffectsSection.capital(d.reason()) + "."));
      }
      if (!d.recipes().isEmpty()) {
        all.add(h3(EffectsSection.capital(d.outcome().shown()) + " against " + d.baseline()));
        all.add(chart(d));
        all.add(sentence(d));
      }
    }
    return all;
  }

  private DomContent chart(Differences d) {
    String title =
        EffectsSection.capital(d.outcome().shown()) + ": every recipe against " + d.baseline();
    ObjectNode spec =
        Json.object().put("kind", "forest").put("x", EffectsSection.axis(d.outcome()));
    ArrayNode rows = spec.putArray("rows");
    HtmlTable table =
        new HtmlTable(title)
            .text("recipe")
            .numbers("seeds now")
            .measured("difference", Units.change(d.outcome()))
            .measured("95 % interval", Units.change(d.outcome()))
            .numbers("d_z", "p Holm")
            .measured("finds", unit(d))
            .numbers("seeds");
    int clear = 0;
    for (Difference x : d.recipes()) {
      Optional<Interval> interval = x.interval();
      boolean excludes = interval.isPresent() && interval.get().excludes(0);
      clear += excludes ? 1 : 0;
      ObjectNode row = rows.addObject().put("label", x.recipe()).put("estimate", x.seeds().mean());
      interval.ifPresent(i -> row.put("low", i.low()).put("high", i.high()));
      row.put("clear", false); // exploratory
      table.row(
          x.recipe(),
          "" + x.seeds().n(),
          Numbers.signed(x.seeds().mean()),
          Numbers.range(interval),
          interval.isPresent() ? Numbers.fixed(x.seeds().dz(), 1) : Numbers.NONE,
          Numbers.p(x.conclusion().holm()),
          interval.isPresent()
              ? Numbers.of(x.seeds().detectable(x.conclusion().claims()))
              : Numbers.NONE,
          seeds(x));
    }
    return figures.chart(
        title,
        clear
            + " of "
            + Numbers.count(d.recipes().size(), "recipe")
            + (clear == 1 ? " differs" : " differ")
            + " from "
            + d.baseline()
            + " by an interval of its own that excludes 0; exploratory.",
        spec,
        table);
  }

  private static String unit(Differences d) {
    return d.outcome().unit().isEmpty() ? "share" : d.outcome().unit();
  }

  private static String seeds(Difference x) {
    if (x.interval().isEmpty() || x.seeds().mean() == 0) {
      return Numbers.NONE;
    }
    OptionalInt needed = x.seeds().seedsFor(x.seeds().mean(), 1);
    return needed.isPresent() ? "" + needed.getAsInt() : "> 10 million";
  }

  private static DomContent sentence(Differences d) {
    List<String> caveats = d.caveats().stream().map(c -> EffectsSection.capital(c) + ". ").toList();
    List<Difference> tested = d.recipes().stream().filter(x -> x.interval().isPresent()).toList();
    if (tested.isEmpty()) {
      return p(String.join("", caveats));
    }
    List<Difference> open =
        tested.stream().filter(x -> !x.interval().orElseThrow().excludes(0)).toList();
    if (open.isEmpty()) {
      return p(
          String.join("", caveats)
              + "Every interval excludes 0; more seeds would narrow by how much these differ from "
              + d.baseline()
              + ".");
    }
    StringBuilder text =
        new StringBuilder(String.join("", caveats))
            .append("More seeds could change what is said of ");
    for (int i = 0; i < Math.min(4, open.size()); i++) {
      Difference x = open.get(i);
      text.append(i == 0 ? "" : "; ")
          .append(x.recipe())
          .append(" (measured ")
          .append(Numbers.signed(x.seeds().mean()))
          .append(", ")
          .append(x.seeds().n())
          .append(" seeds find ")
          .append(Numbers.of(x.seeds().detectable(x.conclusion().claims())));
      text.append(x.seeds().mean() == 0 ? ")" : ", it would take " + seeds(x) + ")");
    }
    return p(text + (open.size() > 4 ? "; and " + (open.size() - 4) + " more." : "."));
  }
}
