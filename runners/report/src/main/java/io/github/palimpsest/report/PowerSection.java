package io.github.palimpsest.report;

import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.folder.Json;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Power: differences that this number of seeds cannot distinguish from 0. */
record PowerSection(Report report, Figures figures) {

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    all.add(
        p("Every recipe against the first one, over the seeds that both have. “Finds” is the"
                + " smallest true difference that this number of seeds detects in four runs of five, at the"
                + " observed spread; a smaller one may exist and not be detected. “Seeds” is the number"
                + " of seeds needed to detect the measured difference.")
            .withClass("lead"));
    for (Differences d : report.analysis().differences()) {
      if (!report.chief().contains(d.outcome())) {
        continue;
      }
      if (!d.reason().isEmpty()) {
        all.add(p(EffectsSection.capital(d.reason()) + "."));
      }
      if (!d.recipes().isEmpty()) {
        all.add(h3(EffectsSection.capital(d.outcome().name()) + " against " + d.baseline()));
        all.add(chart(d));
        all.add(sentence(d));
      }
    }
    return all;
  }

  private DomContent chart(Differences d) {
    String title = EffectsSection.capital(d.outcome().name()) + " against " + d.baseline();
    ObjectNode spec =
        Json.object().put("kind", "forest").put("x", "change of " + d.outcome().name());
    ArrayNode rows = spec.putArray("rows");
    HtmlTable table =
        new HtmlTable(title)
            .text("recipe")
            .numbers("seeds now", "difference", "95 % interval", "d_z", "p Holm", "finds", "seeds");
    int clear = 0;
    for (Difference x : d.recipes()) {
      boolean excludes = x.paired().interval().excludes(0);
      clear += excludes ? 1 : 0;
      rows.addObject()
          .put("label", x.recipe())
          .put("estimate", x.paired().mean())
          .put("low", x.paired().interval().low())
          .put("high", x.paired().interval().high())
          .put("clear", excludes);
      table.row(
          x.recipe(),
          "" + x.paired().n(),
          Numbers.signed(x.paired().mean()),
          Numbers.range(x.paired().interval()),
          Numbers.fixed(x.paired().dz(), 1),
          Numbers.p(x.adjusted().holm()),
          Numbers.of(x.detectable()),
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
            + " by an interval that excludes 0.",
        spec,
        table);
  }

  private static String seeds(Difference x) {
    if (x.paired().mean() == 0) {
      return Numbers.NONE;
    }
    OptionalInt needed = x.seedsFor(x.paired().mean());
    return needed.isPresent() ? "" + needed.getAsInt() : "> 10 million";
  }

  private static DomContent sentence(Differences d) {
    List<Difference> open =
        d.recipes().stream().filter(x -> !x.paired().interval().excludes(0)).toList();
    if (open.isEmpty()) {
      return p(
          "More seeds would not change which of these differ from "
              + d.baseline()
              + ": every interval excludes 0. They would make the intervals narrower.");
    }
    StringBuilder text = new StringBuilder("More seeds could change the conclusion about ");
    for (int i = 0; i < Math.min(4, open.size()); i++) {
      Difference x = open.get(i);
      text.append(i == 0 ? "" : "; ")
          .append(x.recipe())
          .append(" (measured ")
          .append(Numbers.signed(x.paired().mean()))
          .append(", ")
          .append(x.paired().n())
          .append(" seeds find ")
          .append(Numbers.of(x.detectable()));
      text.append(x.paired().mean() == 0 ? ")" : ", it would take " + seeds(x) + ")");
    }
    return p(text + (open.size() > 4 ? "; and " + (open.size() - 4) + " more." : "."));
  }
}
