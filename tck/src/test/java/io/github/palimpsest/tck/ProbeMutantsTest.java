package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeSite;
import io.github.palimpsest.tck.rule.ProbeRule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ProbeMutantsTest {
  /** What a probe finds. */
  private interface Measure {
    SortedMap<String, Double> at(ProbeSite site, RandomGenerator rng);
  }

  private record Formula(long passes, Measure measure) implements Probe {
    @Override
    public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
      return measure.at(site, rng);
    }
  }

  private static Stub.OfProbe probe(long passes, Measure measure) {
    return new Stub.OfProbe(Cost.NONE, List.of(), s -> new Formula(passes, measure));
  }

  private static SortedMap<String, Double> one(String name, double value) {
    SortedMap<String, Double> measured = new TreeMap<>();
    measured.put(name, value);
    return measured;
  }

  private static SortedMap<String, Double> loss(ProbeSite site) {
    return one("loss", site.loss(site.weights()));
  }

  private static double sum(ProbeSite site, WeightSnapshot weights) {
    double sum = 0;
    for (var p : site.parameters()) {
      for (float x : weights.copy(p.name())) {
        sum += x;
      }
    }
    return sum;
  }

  /** All that a site can be asked for; its passes are 1 + 3 + 2. */
  private static SortedMap<String, Double> everything(ProbeSite site, RandomGenerator rng) {
    SortedMap<String, Double> all = loss(site);
    all.put("weights", sum(site, site.weights()));
    all.put("pretrained", sum(site, site.pretrained()));
    all.put("gradient", sum(site, site.gradient(site.weights())));
    all.put("divergence", site.divergence(site.pretrained(), site.weights()));
    all.put("noise", rng.nextDouble());
    return all;
  }

  private static Probe counting() {
    int[] measured = {0};
    return new Formula(1, (site, rng) -> one("loss", loss(site).get("loss") + measured[0]++));
  }

  private static List<Mutant> mutants() {
    double[] asked = {0};
    Probe cached = new Formula(0, (site, rng) -> one("asked", asked[0]++));
    return List.of(
        new Mutant(
            ProbeRule.PRB_01,
            "a division by 0",
            probe(1, (site, rng) -> one("loss", loss(site).get("loss") / 0))),
        new Mutant(
            ProbeRule.PRB_01, "nothing measured", probe(0, (site, rng) -> new TreeMap<>()), "{}"),
        new Mutant(
            ProbeRule.PRB_02,
            "a random source of its own",
            probe(6, (site, rng) -> everything(site, new Random())),
            "a random source of its own"),
        new Mutant(
            ProbeRule.PRB_03,
            "a pass too many",
            probe(0, (site, rng) -> loss(site)),
            "actual    1"),
        new Mutant(
            ProbeRule.PRB_03,
            "a pass of six not declared",
            probe(5, ProbeMutantsTest::everything),
            "actual    6"),
        new Mutant(
            ProbeRule.PRB_04,
            "a running mean",
            new Stub.OfProbe(Cost.NONE, List.of(), s -> counting()),
            "state in a field"),
        new Mutant(
            SpiRule.SPI_03,
            "a probe that is handed out again",
            new Stub.OfProbe(Cost.NONE, List.of(), s -> cached)));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(ProbeRule.values()));
  }

  @Test
  void a_probe_that_declares_its_passes_keeps_every_rule() {
    for (long passes : new long[] {6, 7}) {
      Subject<?> subject = Subject.of(probe(passes, ProbeMutantsTest::everything));
      assertThat(Certification.here(subject).verdicts())
          .filteredOn(v -> !(v.rule() instanceof SpiRule))
          .extracting(Verdict::outcome)
          .hasSize(ProbeRule.values().length)
          .containsOnly(Outcome.PASSED);
    }
  }
}
