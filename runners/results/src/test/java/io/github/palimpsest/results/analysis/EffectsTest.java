package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.results.statistics.Correction;
import io.github.palimpsest.results.statistics.Power;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import io.github.palimpsest.results.text.EffectTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EffectsTest {
  private static Effects effects(List<Observation> cells) {
    return effects(cells, AnalysisSettings.DEFAULT);
  }

  private static Effects effects(List<Observation> cells, AnalysisSettings settings) {
    AnalysisSettings claiming = settings.claiming(List.of("forgetting"));
    return Analysis.of(List.of(Cells.FORGETTING), cells, claiming).effects().get(0);
  }

  private static TTest by(double... perSeed) {
    return new SeedContrast(perSeed, 1e-6).test().orElseThrow();
  }

  @Test
  void main_effects_and_interactions_are_differences_of_means() {
    Effects e = effects(Cells.grid(4));
    assertThat(e.basis()).isEqualTo(Effects.Basis.BY_SEED);
    assertThat(e.main())
        .extracting(Effect::axis)
        .containsExactlyInAnyOrder("optimizer", "strategy");
    assertThat(main(e, "optimizer").estimate())
        .as("(0.6 + 0.2)/2 - (0.9 + 0.3)/2")
        .isCloseTo(-0.2, within(1e-12));
    assertThat(main(e, "strategy").estimate())
        .as("(0.3 + 0.2)/2 - (0.9 + 0.6)/2")
        .isCloseTo(-0.5, within(1e-12));
    assertThat(e.interactions().get(0).estimate())
        .as("(0.2 - 0.3) - (0.6 - 0.9)")
        .isCloseTo(0.2, within(1e-12));
    assertThat(e.interactions().get(0).combinations()).as("of no other axis").isEqualTo(1);
    assertThat(main(e, "optimizer").combinations()).as("none and replay").isEqualTo(2);
  }

  private static Effect main(Effects e, String axis) {
    return e.main().stream().filter(m -> m.axis().equals(axis)).findFirst().orElseThrow();
  }

  @Test
  void an_effect_is_computed_within_each_seed() {
    // the disturbances of one seed: optimizer (-0.01 + 0.01)/2 - (0.01 - 0.01)/2 = 0 at every seed,
    // and of the interaction (0.01 + 0.01) - (-0.01 - 0.01) = 0.04 with alternating sign
    Effects e = effects(Cells.grid(5));
    assertThat(e.interactions().get(0).seeds().perSeed())
        .containsExactly(new double[] {0.24, 0.16, 0.24, 0.16, 0.24}, within(1e-12));
    assertThat(e.interactions().get(0).test().orElseThrow().p())
        .isCloseTo(by(0.24, 0.16, 0.24, 0.16, 0.24).p(), within(1e-12));
  }

  @Test
  void only_the_main_effects_on_the_primary_outcomes_are_one_family() {
    List<Observation> cells = noisy(6);
    Effects e = effects(cells);
    double[] p = e.main().stream().mapToDouble(x -> x.test().orElseThrow().p()).toArray();
    double[] holm = Correction.HOLM.adjust(p);
    for (int i = 0; i < p.length; i++) {
      Conclusion c = e.main().get(i).conclusion();
      assertThat(c.primary()).isTrue();
      assertThat(c.tests()).isEqualTo(2);
      assertThat(c.holm().orElseThrow()).isCloseTo(holm[i], within(1e-15));
      assertThat(c.simultaneous())
          .hasValue(e.main().get(i).test().orElseThrow().simultaneous(0.95, 2));
    }
    assertThat(e.interactions())
        .allSatisfy(
            i -> assertThat(i.conclusion().verdict()).isEqualTo(Conclusion.Verdict.EXPLORATORY));
    AnalysisSettings other = AnalysisSettings.DEFAULT.claiming(List.of("something else"));
    assertThat(Analysis.of(List.of(Cells.FORGETTING), cells, other).effects().get(0).main())
        .allSatisfy(
            m -> assertThat(m.conclusion().verdict()).isEqualTo(Conclusion.Verdict.EXPLORATORY));
  }

  /** A grid whose optimizer acts by -0.2 and whose strategy by +-0.01, with noise in each seed. */
  private static List<Observation> noisy(int seeds) {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      double a = 0.02 * (seed % 3 - 1);
      double b = seed % 2 == 0 ? 0.01 : -0.01;
      cells.add(Cells.cell("adamw", "none", seed, 0.9));
      cells.add(Cells.cell("adamw", "replay", seed, 0.9 + b));
      cells.add(Cells.cell("sam", "none", seed, 0.7 + a));
      cells.add(Cells.cell("sam", "replay", seed, 0.7 + a + b));
    }
    return cells;
  }

  @Test
  void a_claim_gives_direction_unit_interval_family_seeds_and_p() {
    // sam - adamw is -0.2 + a with a = -0.02, 0, 0.02 twice: sd 0.0179, se 0.0073,
    // and t(0.9875, 5) = 3.163 for a family of two: 0.2 +- 0.023
    assertThat(effects(noisy(6)).sentences())
        .anySatisfy(
            s ->
                assertThat(s)
                    .startsWith(
                        "sam instead of adamw reduces forgetting by 0.200 nats (95 % 0.177 to 0.223"
                            + " together with 1 other effect, 6 seeds, p < 0.001 after Holm)"));
  }

  @Test
  void an_effect_that_the_seeds_leave_open_is_not_claimed() {
    assertThat(effects(noisy(6)).sentences())
        .anySatisfy(
            s ->
                assertThat(s)
                    .startsWith("replay instead of none: forgetting +0.000 nats (95 % -0.")
                    .contains("which these seeds leave open"));
  }

  @Test
  void no_relevant_effect_is_claimed_only_with_a_declared_margin() {
    AnalysisSettings margin =
        new AnalysisSettings(
            AnalysisSettings.Model.BY_SEED,
            AnalysisSettings.Contrasts.CONTROL,
            List.of(),
            OptionalDouble.of(0.05));
    // replay - none is +-0.01 at alternating seeds: se 0.0045, so 0.05 is 11 standard errors away
    Effect replay = main(effects(noisy(6), margin), "strategy");
    assertThat(replay.conclusion().verdict()).isEqualTo(Conclusion.Verdict.NO_RELEVANT_EFFECT);
    assertThat(effects(noisy(6), margin).sentences())
        .anySatisfy(
            s -> assertThat(s).startsWith("replay instead of none has no relevant effect on"));
  }

  /** Sam acts by nothing, and with each strategy by what is given for each seed. */
  private static List<Observation> interacting(Map<String, double[]> strategies) {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 6; seed++) {
      cells.add(Cells.cell("adamw", "none", seed, 0.9));
      for (String strategy : strategies.keySet()) {
        cells.add(Cells.cell("adamw", strategy, seed, 0.9));
      }
      cells.add(Cells.cell("sam", "none", seed, 0.9));
      for (Map.Entry<String, double[]> s : strategies.entrySet()) {
        cells.add(Cells.cell("sam", s.getKey(), seed, 0.9 + s.getValue()[seed]));
      }
    }
    return cells;
  }

  private static double[] alternating(double mean, double by) {
    return new double[] {mean + by, mean - by, mean + by, mean - by, mean + by, mean - by};
  }

  @Test
  void an_interaction_is_near_0_only_if_its_interval_lies_within_the_margin() {
    // +-by at 6 alternating seeds: se = by sqrt(6 / 5) / sqrt(6), half = 2.571 se = 1.15 by
    Map<String, double[]> strategies = new LinkedHashMap<>();
    strategies.put("ewc", alternating(0, 0.01)); // +-0.0115
    strategies.put("replay", alternating(1, 2)); // -1.3 to 3.3
    strategies.put("lora", alternating(0.2, 0.01)); // 0.189 to 0.211
    strategies.put("lwf", alternating(0, 0.1)); // +-0.115: 0 in the middle, and beyond the margin
    List<Observation> cells = interacting(strategies);
    AnalysisSettings margin =
        new AnalysisSettings(
            AnalysisSettings.Model.BY_SEED,
            AnalysisSettings.Contrasts.CONTROL,
            List.of(),
            OptionalDouble.of(0.05));
    String told = "; with lora instead of none +0.200 more (0.189 to 0.211, exploratory)";
    assertThat(effects(cells, margin).sentences().get(0))
        .endsWith(
            told + "; of 3 more interactions, 1 is near 0, within the margin, and 2 are open");
    assertThat(effects(cells).sentences().get(0))
        .endsWith(told + "; 3 more interactions are open (no margin is declared for this outcome)");
    strategies.put("replay", alternating(0, 0.02));
    strategies.put("lwf", alternating(0, 0.02)); // +-0.023
    assertThat(effects(interacting(strategies), margin).sentences().get(0))
        .endsWith(
            told + "; of 3 more interactions, 3 are near 0, within the margin, and 0 are open");
    assertThat(effects(cells, margin).interactions())
        .allSatisfy(
            i -> assertThat(i.conclusion().verdict()).isEqualTo(Conclusion.Verdict.EXPLORATORY));
  }

  @Test
  void the_detectable_effect_is_at_the_level_of_the_claim() {
    AnalysisSettings claiming = AnalysisSettings.DEFAULT.claiming(List.of("forgetting"));
    Analysis analysis = Analysis.of(List.of(Cells.FORGETTING), noisy(6), claiming);
    List<List<String>> table = EffectTable.of(analysis);
    int detectable = table.get(0).indexOf("detectable");
    int row = 1;
    for (Effect e : analysis.effects().get(0).all()) {
      // the two main effects are claimed at 0.05 / 2; the interaction has an interval of its own
      double level = e.interaction() ? 0.05 : 0.05 / 2;
      String text = table.get(row++).get(detectable);
      if (e.test().isEmpty()) {
        assertThat(text).isEmpty();
        continue;
      }
      assertThat(Double.parseDouble(text))
          .isCloseTo(
              e.seeds().sd() * Power.detectable(6, level, 0.8, Power.Alternative.TWO_SIDED),
              within(1e-12));
    }
    assertThat(row).isEqualTo(table.size());
  }

  @Test
  void an_outcome_is_not_the_reason_where_no_axis_has_two_levels() {
    for (double forgetting : new double[] {0.5, Double.NaN}) {
      List<Observation> cells =
          List.of(
              Cells.cell("adamw", "none", 1, forgetting),
              Cells.cell("adamw", "none", 2, forgetting));
      assertThat(effects(cells).reason()).isEqualTo("no axis has two levels");
    }
  }

  @Test
  void two_seeds_are_listed_and_three_are_called_wide() {
    Effects two = effects(noisy(2));
    assertThat(main(two, "optimizer").test()).isEmpty();
    assertThat(main(two, "optimizer").conclusion().verdict())
        .isEqualTo(Conclusion.Verdict.UNTESTED);
    assertThat(two.sentences())
        .anySatisfy(
            s ->
                assertThat(s)
                    .isEqualTo(
                        "sam instead of adamw: forgetting -0.210 nats (2 seeds: -0.220, -0.200);"
                            + " two seeds carry neither an interval nor a p-value; run at least"
                            + " 3"));
    Effects three = effects(noisy(3));
    assertThat(main(three, "optimizer").test()).isPresent();
    assertThat(three.caveats()).contains(SeedContrast.Evidence.WIDE.words());
    assertThat(effects(noisy(5)).caveats()).doesNotContain(SeedContrast.Evidence.WIDE.words());
  }

  @Test
  void seeds_that_differ_by_less_than_the_score_resolves_carry_no_claim() {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 6; seed++) {
      cells.add(Cells.cell("adamw", "none", seed, 0.1 * seed));
      cells.add(Cells.cell("sam", "none", seed, 0.1 * seed + 0.012));
    }
    Effect e = effects(cells).main().get(0);
    assertThat(e.conclusion().verdict()).isEqualTo(Conclusion.Verdict.UNTESTED);
    assertThat(effects(cells).sentences().get(0))
        .contains("differ by less than the score resolves");
  }

  @Test
  void levels_are_compared_with_the_control_and_with_each_other_on_request() {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      for (String o : List.of("adamw", "sam", "lion", "sgd")) {
        cells.add(Cells.cell(o, "none", seed, o.length() + 0.1 * seed * seed * o.charAt(0) % 7));
      }
    }
    assertThat(effects(cells).main())
        .extracting(Effect::contrast)
        .containsExactly("sam - adamw", "lion - adamw", "sgd - adamw");
    AnalysisSettings all = AnalysisSettings.DEFAULT.with(AnalysisSettings.Contrasts.ALL_PAIRS);
    assertThat(effects(cells, all).main()).as("4 * 3 / 2").hasSize(6);
  }

  @Test
  void the_pooled_model_is_an_option_that_states_its_assumptions() {
    Effects pooled =
        effects(noisy(6), AnalysisSettings.DEFAULT.with(AnalysisSettings.Model.POOLED));
    assertThat(pooled.basis().toString()).contains("assumes that all cells vary alike");
    assertThat(main(pooled, "optimizer").test().orElseThrow().df())
        .as("(4 - 1)(6 - 1)")
        .isEqualTo(15);
    assertThat(main(effects(noisy(6)), "optimizer").test().orElseThrow().df()).isEqualTo(5);
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
    assertThat(optimizer.estimate()).as("0.6 - 0.9").isCloseTo(-0.3, within(1e-12));
    // seed by seed the disturbance is -0.01 - 0.01 = -0.02, with alternating sign
    assertThat(optimizer.seeds().perSeed())
        .containsExactly(new double[] {-0.32, -0.28, -0.32, -0.28}, within(1e-12));
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
    assertThat(e.interactions().get(0).seeds().perSeed())
        .containsExactly(effects(full).interactions().get(0).seeds().perSeed(), within(1e-12));
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
    assertThat(main(e, "a").seeds().perSeed()).containsExactly(a, within(1e-9));
    assertThat(main(e, "b").estimate()).as("(2 + 6)/2 - (1.1 + 3)/2").isCloseTo(1.95, within(1e-9));
    assertThat(main(e, "c").estimate())
        .as("(3 + 2)/2 - (1.1 + 6)/2")
        .isCloseTo(-1.05, within(1e-9));
    assertThat(main(e, "a").interval().orElseThrow().high())
        .isCloseTo(by(a).interval(0.95).high(), within(1e-9));
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

  @Test
  void a_level_without_the_outcome_is_left_out_and_the_rest_is_compared_as_if_alone() {
    List<Observation> cells = Cells.grid(3);
    Effects alone = effects(cells);
    List<Observation> more = new ArrayList<>(cells);
    for (int seed = 0; seed < 3; seed++) {
      more.add(Cells.cell("adamw(lr=1e-3)", "wise-ft(alpha=1)", seed, Double.NaN));
      more.add(Cells.cell("sam(rho=0.05)", "wise-ft(alpha=1)", seed, Double.NaN));
    }
    Effects e = effects(more);
    assertThat(e.basis()).isEqualTo(Effects.Basis.BY_SEED);
    assertThat(e.main()).extracting(Effect::contrast).doesNotContain("wise-ft(alpha=1) - none");
    assertThat(e.leftOut()).containsExactly("wise-ft(alpha=1)");
    assertThat(e.caveats())
        .contains("effects on forgetting leave out wise-ft(alpha=1), where it is not defined");
    for (int i = 0; i < alone.main().size(); i++) {
      assertThat(e.main().get(i).seeds().perSeed())
          .containsExactly(alone.main().get(i).seeds().perSeed());
    }
  }

  @Test
  void a_sentence_names_the_settings_of_a_level_if_one_left_out_has_the_same_name() {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      cells.add(Cells.cell("sgd", "none", seed, 0.5));
      cells.add(Cells.cell("sgd", "wise-ft(when=each-task)", seed, 0.3 + 0.01 * seed * seed));
      cells.add(Cells.cell("sgd", "wise-ft", seed, Double.NaN));
    }
    assertThat(effects(cells).sentences().get(0))
        .startsWith("wise-ft(when=each-task) instead of none");
  }

  @Test
  void a_sentence_leaves_out_the_settings_that_levels_of_one_name_share() {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      cells.add(Cells.cell("adamw(lr=1e-3)", "none", seed, 0.5 + 0.01 * seed));
      cells.add(Cells.cell("sam(rho=0.1, base=adamw(lr=1e-3))", "none", seed, 0.4));
      cells.add(Cells.cell("sam(rho=0.1, tasks=first, base=adamw(lr=1e-3))", "none", seed, 0.3));
    }
    assertThat(effects(cells).sentences())
        .anySatisfy(s -> assertThat(s).startsWith("sam(tasks=first) instead of adamw"))
        .anySatisfy(s -> assertThat(s).startsWith("sam instead of adamw"));
  }

  @Test
  void an_axis_with_the_outcome_at_one_level_has_no_effect_and_leaves_the_other_level_out() {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      for (String optimizer : List.of("adamw", "sam")) {
        double y = optimizer.equals("sam") ? 0.3 + 0.01 * seed * seed : 0.5;
        cells.add(Cells.cell(optimizer, "none", seed, y));
        cells.add(Cells.cell(optimizer, "wise-ft", seed, Double.NaN));
      }
    }
    Effects e = effects(cells);
    assertThat(e.main()).extracting(Effect::contrast).containsExactly("sam - adamw");
    assertThat(e.main().get(0).seeds().perSeed())
        .as("0.3 - 0.5, 0.31 - 0.5, 0.34 - 0.5")
        .containsExactly(new double[] {-0.2, -0.19, -0.16}, within(1e-12));
    cells.removeIf(c -> c.recipe().startsWith("sam"));
    assertThat(effects(cells).reason())
        .isEqualTo("no axis has two levels whose cells have forgetting");
  }
}
