package io.github.palimpsest.report;

import static j2html.TagCreator.p;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.TradeOff;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.UnmergedTraining;
import j2html.tags.DomContent;
import java.util.List;

/** The learn-retain frontier with cost. */
record FrontierSection(Report report, Figures figures) {

  /** The unit and the direction of the retained scores. */
  private String retained(TradeOff any) {
    return any.higherRetained() == report.results().higherIsBetter()
        ? report.unit()
        : any.higherRetained() ? "higher is better" : "lower is better";
  }

  List<DomContent> content() {
    List<Frontier.Point> points =
        report.analysis().frontier().points().stream().filter(x -> x.mean().defined()).toList();
    if (points.isEmpty()) {
      return List.of(p("There was nothing to retain, so there is no frontier."));
    }
    TradeOff any = points.get(0).mean();
    ObjectNode spec =
        Json.object()
            .put("kind", "scatter")
            .put(
                "x",
                "retained: mean score at the end of "
                    + report.results().retained()
                    + " ("
                    + retained(any)
                    + ")")
            .put("y", "learned: mean score right after training (" + report.unit() + ")")
            .put("size", "passes (lower is better)");
    ArrayNode marks = spec.putArray("points");
    HtmlTable table =
        new HtmlTable("The learn-retain frontier")
            .text("recipe")
            .measured("learned", report.unit())
            .measured("retained", retained(any))
            .measured("passes", "lower is better")
            .text("on the frontier", "beaten by")
            .numbers("unbeaten seeds");
    for (Frontier.Point x : points) {
      marks
          .addObject()
          .put("name", x.recipe())
          .put("x", x.mean().retained())
          .put("y", x.mean().learned())
          .put("size", x.mean().passes())
          .put("mark", x.onFrontier());
      table.row(
          x.recipe(),
          Numbers.of(x.mean().learned()),
          Numbers.of(x.mean().retained()),
          Numbers.fixed(x.mean().passes(), 0),
          x.onFrontier() ? "yes" : "no",
          x.beatenBy().isEmpty() ? Numbers.NONE : x.beatenBy(),
          x.unbeatenSeeds() + " of " + x.seeds());
    }
    long on = points.stream().filter(Frontier.Point::onFrontier).count();
    return List.of(
        p("A recipe is on the frontier if no other learns the new tasks as well, retains as much"
                + " and costs no more, and does better in one of these."
                + (UnmergedTraining.of(report.results()).isEmpty()
                    ? ""
                    : " " + UnmergedTraining.NOTE))
            .withClass("lead"),
        figures.chart(
            "Learned against retained; filled marks are on the frontier, larger ones cost more",
            on
                + " of "
                + points.size()
                + " recipes are on the frontier. Better is "
                + (any.higherLearned() ? "up" : "down")
                + " and to the "
                + (any.higherRetained() ? "right" : "left")
                + ".",
            spec,
            table));
  }
}
