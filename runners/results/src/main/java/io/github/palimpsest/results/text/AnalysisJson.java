package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.ExampleDifference;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.statistics.Interval;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** An {@link Analysis} as JSON. */
final class AnalysisJson {
  private AnalysisJson() {}

  static void put(ObjectNode into, Analysis analysis, OptionalDouble wanted) {
    into.set("frontier", frontier(analysis.frontier()));
    ArrayNode effects = into.putArray("effects");
    analysis.effects().forEach(e -> effects.add(effects(e)));
    ArrayNode differences = into.putArray("differences");
    analysis.differences().forEach(d -> differences.add(differences(d, wanted)));
    ArrayNode examples = into.putArray("examples");
    analysis.examples().forEach(e -> examples.add(example(e)));
  }

  private static ArrayNode frontier(Frontier frontier) {
    ArrayNode all = Json.array();
    for (Frontier.Point p : frontier.points()) {
      ObjectNode node = all.addObject().put("recipe", p.recipe());
      number(node, "learned", p.mean().learned());
      number(node, "retained", p.mean().retained());
      number(node, "passes", p.mean().passes());
      node.put("on_frontier", p.onFrontier()).put("beaten_by", p.beatenBy());
      node.put("seeds", p.seeds()).put("unbeaten_seeds", p.unbeatenSeeds());
    }
    return all;
  }

  private static ObjectNode effects(Effects e) {
    ObjectNode node = Json.object().put("outcome", e.outcome().name());
    node.put("unit", e.outcome().unit()).put("higher_is_better", e.outcome().higherIsBetter());
    node.put("seeds", e.seeds()).put("basis", e.basis().name().toLowerCase(java.util.Locale.ROOT));
    ArrayNode all = node.putArray("effects");
    e.main().forEach(x -> all.add(effect(x)));
    e.interactions().forEach(x -> all.add(effect(x)));
    ArrayNode sentences = node.putArray("sentences");
    e.sentences().forEach(sentences::add);
    return node.put("reason", e.reason());
  }

  private static ObjectNode effect(Effect x) {
    ObjectNode node = Json.object();
    node.put("effect", x.interaction() ? x.axis() + " x " + x.other() : x.axis());
    node.put("label", x.contrast()).put("combinations", x.combinations());
    interval(node, x.interval());
    node.put("p", x.p()).put("p_holm", x.adjusted().holm());
    node.put("p_benjamini_hochberg", x.adjusted().benjaminiHochberg());
    node.set("by_seed", bounds(x.bySeed().interval()));
    node.set("bootstrap", bounds(x.bootstrap()));
    number(node, "d_z", x.bySeed().dz());
    node.set("per_seed", Json.array(x.perSeed()));
    return node;
  }

  private static ObjectNode differences(Differences d, OptionalDouble wanted) {
    ObjectNode node = Json.object().put("outcome", d.outcome().name());
    node.put("baseline", d.baseline());
    ArrayNode all = node.putArray("recipes");
    for (Difference x : d.recipes()) {
      ObjectNode one = all.addObject().put("recipe", x.recipe()).put("seeds", x.paired().n());
      interval(one, x.paired().interval());
      number(one, "t", x.paired().t());
      one.put("p", x.paired().p()).put("p_holm", x.adjusted().holm());
      one.put("p_benjamini_hochberg", x.adjusted().benjaminiHochberg());
      one.set("bootstrap", bounds(x.bootstrap()));
      number(one, "d_z", x.paired().dz());
      number(one, "hedges_g", x.paired().hedges());
      number(one, "detectable", x.detectable());
      if (wanted.isPresent()) {
        OptionalInt seeds = x.seedsFor(wanted.getAsDouble());
        one.put("wanted", wanted.getAsDouble());
        one.put("seeds_for_wanted", seeds.isPresent() ? (Integer) seeds.getAsInt() : null);
      }
    }
    return node.put("reason", d.reason());
  }

  private static ObjectNode example(ExampleDifference e) {
    ObjectNode node = Json.object().put("recipe", e.recipe()).put("set", e.set());
    node.put("examples", e.examples());
    number(node, "difference", e.difference());
    if (e.bootstrap().isPresent()) {
      node.set("bootstrap", bounds(e.bootstrap().get()));
    } else {
      node.putNull("bootstrap");
    }
    ArrayNode tests = node.putArray("mcnemar");
    List<ExampleDifference.Test> bySeed = e.bySeed();
    for (ExampleDifference.Test t : bySeed) {
      tests
          .addObject()
          .put("seed", t.seed())
          .put("lost", t.counts().lost())
          .put("gained", t.counts().gained())
          .put("p", t.counts().exactP())
          .put("mid_p", t.counts().midP())
          .put("p_holm", t.adjusted().holm())
          .put("p_benjamini_hochberg", t.adjusted().benjaminiHochberg());
    }
    return node;
  }

  private static void interval(ObjectNode node, Interval v) {
    node.put("estimate", v.estimate()).put("low", v.low()).put("high", v.high());
    node.put("confidence", v.confidence());
  }

  private static ArrayNode bounds(Interval v) {
    return Json.array(new double[] {v.low(), v.high()});
  }

  private static void number(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }
}
