package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.analysis.Conclusion;
import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.ExampleDifference;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.analysis.SelfTest;
import io.github.palimpsest.results.analysis.TwoStage;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.McNemar;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** An {@link Analysis}, what it was made of and what stands next to it, as JSON. */
final class AnalysisJson {
  private AnalysisJson() {}

  static void put(ObjectNode into, Analysis analysis, List<String> aliases, OptionalDouble wanted) {
    ObjectNode settings = into.putObject("analysis");
    settings.put("model", analysis.settings().model().toString());
    settings.put("contrasts", analysis.settings().contrasts().toString());
    ArrayNode primary = settings.putArray("primary");
    analysis.settings().primary().forEach(primary::add);
    analysis.settings().margin().ifPresent(m -> settings.put("margin", m));
    if (!aliases.isEmpty()) {
      ArrayNode mixed = settings.putArray("aliases");
      aliases.forEach(mixed::add);
    }
    analysis.settings().precision().ifPresent(r -> precision(settings, r, analysis));
    into.set("frontier", frontier(analysis.frontier()));
    ArrayNode effects = into.putArray("effects");
    analysis.effects().forEach(e -> effects.add(effects(e)));
    ArrayNode differences = into.putArray("differences");
    analysis.differences().forEach(d -> differences.add(differences(d, wanted)));
    ArrayNode examples = into.putArray("examples");
    analysis.examples().forEach(e -> examples.add(example(e)));
  }

  /** The rule by which seeds were added, and what became of it. */
  private static void precision(ObjectNode settings, TwoStage rule, Analysis analysis) {
    ObjectNode node = settings.putObject("until_precise").put("width", rule.width());
    node.put("max_seeds", rule.most()).put("first_stage_seeds", rule.first().size());
    node.put("needed", rule.needed().isPresent() ? (Integer) rule.needed().getAsInt() : null);
    node.put("reached", rule.reached(analysis.effects()));
    ArrayNode sentences = node.putArray("sentences");
    analysis.precision().forEach(sentences::add);
  }

  /** The tests of the claims by simulation. */
  static void put(ObjectNode into, List<SelfTest> tests) {
    ArrayNode all = into.putArray("simulated");
    for (SelfTest t : tests) {
      ObjectNode node = all.addObject().put("outcome", t.outcome().name());
      node.put("simulations", t.effects().simulations()).put("seeds", t.effects().seeds());
      number(node, "lowest_coverage", t.effects().lowest());
      number(node, "highest_coverage", t.effects().highest());
      number(node, "false_claims", t.none().falseClaims());
    }
  }

  /** The associations of probes with the forgetting that followed, with what they mean. */
  static void putProbes(ObjectNode into, List<ProbeAssociation> associations) {
    ObjectNode node = into.putObject("probes_before_next_task");
    ArrayNode definition = node.putArray("definition");
    ProbeAssociation.DEFINITION.forEach(definition::add);
    node.put("fewest_runs", ProbeAssociation.FEWEST_RUNS);
    ArrayNode all = node.putArray("associations");
    for (ProbeAssociation a : associations) {
      ObjectNode one = all.addObject().put("task", a.task()).put("next", a.next());
      one.put("probe", a.probe()).put("runs", a.used()).put("recipes", a.recipes());
      one.put("seeds", a.seeds()).put("says", a.says());
      number(one, "rank_correlation", a.spearman());
      number(one, "partial", a.partial());
      number(one, "low", a.interval().map(Interval::low).orElse(Double.NaN));
      number(one, "high", a.interval().map(Interval::high).orElse(Double.NaN));
      number(one, "p", a.test().map(t -> t.p()).orElse(Double.NaN));
      number(one, "p_holm", a.holm().orElse(Double.NaN));
      ArrayNode caveats = one.putArray("caveats");
      a.caveats().forEach(caveats::add);
      one.set("measured", Json.tree(a.runs()));
    }
  }

  /** A finished cell. */
  static ObjectNode cell(Results.Finished c) {
    CellResult r = c.result();
    ObjectNode node = Json.object().put("id", r.id());
    node.set("kept", Json.tree(r.evaluation()));
    node.put("label", r.label());
    node.set("metrics", Json.tree(r.metrics()));
    node.put("recipe", r.recipe());
    node.set("scores", Json.tree(r.scores()));
    node.put("seed", r.seed());
    node.set("steps", Json.tree(r.steps()));
    node.set("tasks", Json.tree(r.tasks()));
    node.set("measured", Json.tree(c.measured()));
    r.unmerged().ifPresent(u -> node.set("unmerged", Json.tree(u.summary())));
    return node;
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

  /** The effects on one outcome. */
  static ObjectNode effects(Effects e) {
    ObjectNode node = Json.object().put("outcome", e.outcome().name());
    node.put("unit", e.outcome().unit()).put("higher_is_better", e.outcome().higherIsBetter());
    node.put("seeds", e.seeds()).put("basis", word(e.basis()));
    ArrayNode all = node.putArray("effects");
    e.main().forEach(x -> all.add(effect(x)));
    e.interactions().forEach(x -> all.add(effect(x)));
    ArrayNode sentences = node.putArray("sentences");
    e.sentences().forEach(sentences::add);
    ArrayNode leftOut = node.putArray("left_out");
    e.leftOut().forEach(leftOut::add);
    return node.put("reason", e.reason());
  }

  /** One effect. */
  static ObjectNode effect(Effect x) {
    ObjectNode node = Json.object();
    node.put("effect", x.interaction() ? x.axis() + " x " + x.other() : x.axis());
    node.put("label", x.contrast()).put("combinations", x.combinations());
    node.put("primary", x.conclusion().primary());
    node.put("verdict", x.conclusion().verdict().toString());
    contrast(node, x.seeds(), x.test(), x.conclusion());
    return node;
  }

  /** The numbers of a contrast; null where its seeds carry none. */
  static void contrast(
      ObjectNode node, SeedContrast seeds, Optional<TTest> test, Conclusion conclusion) {
    node.put("seeds", seeds.n()).put("evidence", word(seeds.evidence()));
    node.put("caveat", seeds.evidence().words());
    node.put("estimate", seeds.mean());
    Optional<Interval> interval = test.map(t -> t.interval(AnalysisSettings.CONFIDENCE));
    number(node, "low", interval.map(Interval::low).orElse(Double.NaN));
    number(node, "high", interval.map(Interval::high).orElse(Double.NaN));
    node.put("confidence", AnalysisSettings.CONFIDENCE);
    number(node, "t", test.map(TTest::t).orElse(Double.NaN));
    number(node, "p", test.map(TTest::p).orElse(Double.NaN));
    node.put("tests_in_family", conclusion.tests());
    number(node, "p_holm", conclusion.holm().orElse(Double.NaN));
    Optional<Interval> together = conclusion.simultaneous();
    number(node, "simultaneous_low", together.map(Interval::low).orElse(Double.NaN));
    number(node, "simultaneous_high", together.map(Interval::high).orElse(Double.NaN));
    number(node, "equivalence_p", conclusion.equivalence().orElse(Double.NaN));
    number(node, "d_z", test.isPresent() ? seeds.dz() : Double.NaN);
    number(node, "hedges_g", test.isPresent() ? seeds.hedges() : Double.NaN);
    number(
        node, "detectable", test.isPresent() ? seeds.detectable(conclusion.claims()) : Double.NaN);
    node.set("per_seed", Json.array(seeds.perSeed()));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode differences(Differences d, OptionalDouble wanted) {
    ObjectNode node = Json.object().put("outcome", d.outcome().name());
    node.put("baseline", d.baseline());
    ArrayNode all = node.putArray("recipes");
    for (Difference x : d.recipes()) {
      ObjectNode one = all.addObject().put("recipe", x.recipe());
      contrast(one, x.seeds(), x.seeds().test(), x.conclusion());
      if (wanted.isPresent()) {
        OptionalInt seeds = x.seeds().seedsFor(wanted.getAsDouble(), 1);
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
    ArrayNode flips = node.putArray("flips");
    for (ExampleDifference.Flips f : e.bySeed()) {
      flips
          .addObject()
          .put("seed", f.seed())
          .put("lost", f.counts().lost())
          .put("gained", f.counts().gained());
    }
    ObjectNode models = node.putObject("these_trained_models");
    number(models, "p", e.allSeeds().map(McNemar::exactP).orElse(Double.NaN));
    number(models, "mid_p", e.allSeeds().map(McNemar::midP).orElse(Double.NaN));
    number(models, "p_holm", e.adjusted().holm());
    number(models, "p_benjamini_hochberg", e.adjusted().benjaminiHochberg());
    return node;
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
