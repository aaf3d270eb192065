package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.tck.SmallLora.Mistake;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AdapterMutantsTest {
  private static final Setting<Double> GAIN = Setting.real("gain", 1, 0, 100, "the scale");

  private static Stub.OfAdapter lora(Mistake... mistakes) {
    return new Stub.OfAdapter(Cost.NONE, List.of(), s -> new SmallLora(2, mistakes));
  }

  /** A scale that is 1 unless it is set, and has a name of its own. */
  private static Stub.OfAdapter withGain(Mistake... mistakes) {
    return new Stub.OfAdapter(Cost.NONE, List.of(GAIN), s -> new SmallLora(s.get(GAIN), mistakes));
  }

  private static List<Mutant> mutants() {
    return List.of(
        new Mutant(AdapterRule.PAR_01, "a random B", lora(Mistake.RANDOM_B)),
        new Mutant(
            AdapterRule.PAR_02,
            "a base kernel listed as trainable",
            lora(Mistake.BASE_TRAINED),
            "the base listed as trainable"),
        new Mutant(AdapterRule.PAR_03, "a name of the base", lora(Mistake.NAME_CLASH)),
        new Mutant(
            AdapterRule.PAR_04,
            "a merge that forgets alpha/r",
            lora(Mistake.MERGE_WITHOUT_SCALE),
            "0.5000 times the change"),
        new Mutant(
            AdapterRule.PAR_04,
            "a merge that forgets a scale which is 1 by default",
            withGain(Mistake.MERGE_WITHOUT_SCALE),
            "times the change"),
        new Mutant(AdapterRule.PAR_05, "factors that both start at 0", lora(Mistake.BOTH_ZERO)),
        new Mutant(AdapterRule.PAR_06, "random numbers of its own", lora(Mistake.OWN_RANDOM)),
        new Mutant(
            AdapterRule.PAR_07,
            "additive, it says, and multiplies the base",
            lora(Mistake.MULTIPLIES)),
        new Mutant(
            AdapterRule.PAR_08,
            "column lengths of the base for those of the sum",
            lora(Mistake.COLUMNS_OF_BASE)),
        new Mutant(AdapterRule.A1, "a merge that decays", lora(Mistake.MERGE_DECAYS)));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(AdapterRule.values()));
  }

  @Test
  void without_a_mistake_every_rule_of_the_kind_is_kept() {
    for (Stub.OfAdapter good : List.of(lora(), withGain())) {
      assertThat(Certification.here(Subject.of(good)).verdicts())
          .filteredOn(v -> v.rule() instanceof AdapterRule)
          .extracting(Verdict::outcome)
          .containsOnly(Outcome.PASSED);
    }
  }
}
