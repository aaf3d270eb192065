package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.tck.rule.RegularizerRule;
import io.github.palimpsest.tck.rule.SpiRule;
import io.github.palimpsest.tck.subject.AlteredRegularizer;
import io.github.palimpsest.tck.subject.Buffer;
import io.github.palimpsest.tck.subject.QuadraticPull;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Settings that nothing uses, and a rule that a flag breaks. Optimizers have a test of their own.
 */
@Tag("native")
class UnusedSettingsTest {
  private static final Setting<Integer> CAPACITY =
      Setting.integer("capacity", 500, 1, Integer.MAX_VALUE, "most examples kept");
  private static final Setting<Double> IDLE = Setting.real("idle", 0.5, 0, 1, "unused");
  private static final Setting<Boolean> REWARD = Setting.flag("reward", false, "turns the sign");

  /** Pays for the distance if a flag says so. */
  private static Stub.OfRegularizer rewarding() {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(Pulls.LAMBDA, REWARD),
        Pulls.USUAL,
        s ->
            s.get(REWARD)
                ? AlteredRegularizer.penalty(
                    new QuadraticPull(s.get(Pulls.LAMBDA)), (site, at, p) -> site.tf().math.neg(p))
                : new QuadraticPull(s.get(Pulls.LAMBDA)));
  }

  @TestFactory
  Stream<DynamicTest> they_are_named() {
    return Mutant.tests(
        List.of(
            new Mutant(
                SpiRule.SPI_12,
                "a regularizer with a share of something else",
                Pulls.stiff(),
                "the same with 'alpha' ["),
            new Mutant(
                SpiRule.SPI_12,
                "an adapter with a scale that it does not read",
                new Stub.OfAdapter(
                    Cost.NONE,
                    List.of(Loras.OTHER),
                    Loras.USUAL,
                    s -> base -> new SmallLora(2).bind(base)),
                "the same with 'other' ["),
            new Mutant(
                SpiRule.SPI_12,
                "a memory with a share that it does not read",
                new Stub.OfRehearsal(List.of(CAPACITY, IDLE), s -> new Buffer(s.get(CAPACITY))),
                "the same with 'idle' ["),
            new Mutant(
                SpiRule.SPI_12,
                "a merger that always keeps the new weights",
                new Stub.OfMerger(
                    Cost.NONE, List.of(IDLE), Set.of(), s -> history -> history.afterTask()),
                "the same with 'idle' ["),
            new Mutant(
                RegularizerRule.REG_01,
                "a reward where a flag asks for it",
                rewarding(),
                "reward=true")));
  }

  @Test
  void a_setting_that_is_used_is_no_finding() {
    assertThat(Mutant.outcome(Pulls.pull(2), SpiRule.SPI_12)).isEqualTo(Outcome.PASSED);
    assertThat(
            Mutant.outcome(
                new Stub.OfRehearsal(List.of(CAPACITY), s -> new Buffer(s.get(CAPACITY))),
                SpiRule.SPI_12))
        .as("a capacity of 500, of which 1 shows")
        .isEqualTo(Outcome.PASSED);
  }
}
