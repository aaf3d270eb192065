package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.ForgettingCurve;
import java.util.List;

/** Forgetting curves and comparisons at equal loss as JSON. */
final class EqualLossJson {
  private EqualLossJson() {}

  static void put(ObjectNode into, List<EqualLoss> all) {
    ArrayNode outcomes = into.putArray("equal_loss");
    for (EqualLoss e : all) {
      ObjectNode node = outcomes.addObject().put("outcome", e.outcome().name());
      node.put("unit", e.outcome().unit()).put("higher_is_better", e.outcome().higherIsBetter());
      node.put("new_task", e.task()).put("baseline", e.baseline());
      ArrayNode curves = node.putArray("curves");
      e.curves().forEach(c -> curve(curves.addObject(), c));
      ArrayNode comparisons = node.putArray("comparisons");
      e.comparisons().forEach(c -> comparison(comparisons.addObject(), c));
      ArrayNode sentences = node.putArray("sentences");
      e.sentences().forEach(sentences::add);
    }
  }

  private static void curve(ObjectNode node, ForgettingCurve c) {
    node.put("recipe", c.recipe()).put("seed", c.seed());
    node.put("passes_per_step", c.passesPerStep());
    ArrayNode points = node.putArray("points");
    for (ForgettingCurve.Point p : c.points()) {
      points
          .addObject()
          .put("step", p.step())
          .put("new_task_loss", p.loss())
          .put("value", p.value());
    }
  }

  private static void comparison(ObjectNode node, EqualLoss.Comparison c) {
    Difference d = c.difference();
    node.put("recipe", d.recipe()).put("at_equal", c.at().toString());
    node.put("verdict", d.conclusion().verdict().toString()).put("left_out", c.leftOut());
    AnalysisJson.contrast(node, d.seeds(), d.seeds().test(), d.conclusion());
    ArrayNode seeds = node.putArray("by_seed");
    for (EqualLoss.Seed s : c.seeds()) {
      seeds
          .addObject()
          .put("seed", s.seed())
          .put("matched", s.matched())
          .put("value", s.value())
          .put("control", s.control());
    }
  }
}
