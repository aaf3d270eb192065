package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.results.statistics.Correction;
import io.github.palimpsest.results.statistics.PairedDifference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EffectsTest {
  private static Effects effects(List<Observation> cells) {
    return Effects.of(Cells.FORGETTING, cells);
  }

  @Test
  void main_effects_and_interactions_are_differences_of_means() {
    Effects e = effects(Cells.grid(4));
    assertThat(e.basis()).isEqualTo(Effects.Basis.FACTORIAL);
    assertThat(e.main())
        .extracting(Effect::axis)
        .containsExactlyInAnyOrder("optimizer", "strategy");
    assertThat(main(e, "optimizer").interval().estimate())
        .as("(0.6 + 0.2)/2 - (0.9 + 0.3)/2")
        .isCloseTo(-0.2, within(1e-12));
    assertThat(main(e, "strategy").interval().estimate())
        .as("(0.3 + 0.2)/2 - (0.9 + 0.6)/2")
        .isCloseTo(-0.5, within(1e-12));
    assertThat(e.interactions().get(0).interval().estimate())
        .as("(0.2 - 0.3) - (0.6 - 0.9)")
        .isCloseTo(0.2, within(1e-12));
    assertThat(e.interactions().get(0).combinations()).as("of no other axis").isEqualTo(1);
    assertThat(main(e, "optimizer").combinations()).as("none and replay").isEqualTo(2);
  }

  private static Effect main(Effects e, String axis) {
    return e.main().stream().filter(m -> m.axis().equals(axis)).findFirst().orElseThrow();
  }

  @Test
  void all_effects_on_an_outcome_are_adjusted_together() {
    Effects e = effects(Cells.grid(4));
    List<Effect> all = new ArrayList<>(e.main());
    all.addAll(e.interactions());
    double[] p = all.stream().mapToDouble(Effect::p).toArray();
    assertThat(all.stream().mapToDouble(x -> x.adjusted().holm()).toArray())
        .containsExactly(Correction.HOLM.adjust(p));
    assertThat(all.stream().mapToDouble(x -> x.adjusted().benjaminiHochberg()).toArray())
        .containsExactly(Correction.BENJAMINI_HOCHBERG.adjust(p));
  }

  @Test
  void a_sentence_gives_direction_unit_interval_and_seeds_and_how_much_a_partner_adds() {
    assertThat(effects(Cells.grid(4)).sentences())
        .anySatisfy(
            s ->
                assertThat(s)
                    .matches(
                        "sam instead of adamw reduces forgetting by 0\\.200 nats \\(95 % 0\\.\\d+ to"
                            + " 0\\.2\\d+, 4 seeds, p < 0\\.001\\); with replay instead of none it"
                            + " takes off 0\\.200 \\(0\\.1\\d+ to 0\\.2\\d+\\)"));
  }

  @Test
  void an_effect_that_may_be_none_says_so() {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      cells.add(Cells.cell("adamw", "none", seed, 0.5));
      cells.add(Cells.cell("sam", "none", seed, 0.5 + (seed % 2 == 0 ? 0.1 : -0.08)));
    }
    assertThat(effects(cells).sentences())
        .singleElement()
        .asString()
        .startsWith("sam instead of adamw raises forgetting by 0.010 nats (95 % -0.")
        .endsWith("which may be none");
  }

  @Test
  void one_seed_gets_a_reason_instead_of_an_interval() {
    Effects none = effects(Cells.grid(1));
    assertThat(none.main()).isEmpty();
    assertThat(none.sentences()).isEmpty();
    assertThat(none.reason()).contains("one seed says nothing");
  }

  @Test
  void where_a_combination_is_missing_an_effect_is_over_those_that_have_both_sides() {
    List<Observation> cells = new ArrayList<>(Cells.grid(4));
    cells.remove(15); // sam + replay at one seed
    Effects e = effects(cells);
    assertThat(e.basis()).isEqualTo(Effects.Basis.MATCHED);
    Effect optimizer = main(e, "optimizer");
    assertThat(optimizer.combinations()).as("only with none").isEqualTo(1);
    assertThat(optimizer.interval().estimate()).as("0.6 - 0.9").isCloseTo(-0.3, within(1e-12));
    // seed by seed the disturbance is -0.01 - 0.01 = -0.02, with alternating sign
    PairedDifference d =
        PairedDifference.ofDifferences(new double[] {-0.32, -0.28, -0.32, -0.28}, 0.95);
    assertThat(optimizer.interval().low()).isCloseTo(d.interval().low(), within(1e-12));
    assertThat(optimizer.p()).isCloseTo(d.p(), within(1e-12));
    assertThat(e.interactions()).as("no combination has all four corners").isEmpty();
  }

  @Test
  void matched_interactions_of_a_full_grid_are_those_of_the_factorial() {
    List<Observation> full = Cells.grid(4);
    List<Observation> wider = new ArrayList<>(full);
    for (int seed = 0; seed < 4; seed++) {
      wider.add(Cells.cell("lion", "none", seed, 0.5));
    }
    Effects e = effects(wider);
    assertThat(e.basis()).isEqualTo(Effects.Basis.MATCHED);
    assertThat(e.interactions()).hasSize(1);
    assertThat(e.interactions().get(0).perSeed())
        .containsExactly(effects(full).interactions().get(0).perSeed(), within(1e-12));
  }

  private static Observation three(String a, String b, String c, long seed, double y) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("a", a);
    levels.put("b", b);
    levels.put("c", c);
    return new Observation(
        a + b + c + seed,
        a + b + c,
        seed,
        levels,
        Map.of("forgetting", y),
        new TradeOff(0, 0, 0, true, true),
        Map.of());
  }

  @Test
  void the_main_effects_of_a_half_fraction_are_differences_of_marginal_means() {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      // c = a * b: no two of these runs differ in one axis alone
      cells.add(three("a0", "b0", "c0", seed, 1.0 + 0.1 * seed));
      cells.add(three("a1", "b0", "c1", seed, 3.0));
      cells.add(three("a0", "b1", "c1", seed, 2.0));
      cells.add(three("a1", "b1", "c0", seed, 6.0));
    }
    Effects e = effects(cells);
    assertThat(e.basis()).isEqualTo(Effects.Basis.ADDITIVE);
    assertThat(e.interactions()).isEmpty();
    // seed by seed (3 + 6)/2 - (1 + 2)/2 = 3, less 0.05 for each seed
    double[] a = {3.0, 2.95, 2.9};
    assertThat(main(e, "a").perSeed()).containsExactly(a, within(1e-9));
    assertThat(main(e, "b").interval().estimate())
        .as("(2 + 6)/2 - (1.1 + 3)/2")
        .isCloseTo(1.95, within(1e-9));
    assertThat(main(e, "c").interval().estimate())
        .as("(3 + 2)/2 - (1.1 + 6)/2")
        .isCloseTo(-1.05, within(1e-9));
    assertThat(main(e, "a").interval().high())
        .isCloseTo(PairedDifference.ofDifferences(a, 0.95).interval().high(), within(1e-9));
  }

  @Test
  void axes_that_always_change_together_are_not_told_apart() {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 2; seed++) {
      cells.add(Cells.cell("adamw", "none", seed, 0.5));
      cells.add(Cells.cell("sam", "replay", seed, 0.3 + 0.01 * seed));
    }
    Effects none = effects(cells);
    assertThat(none.main()).isEmpty();
    assertThat(none.reason()).contains("do not tell the axes apart");
  }
}
