package io.github.palimpsest.results.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.testing.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hipparchus.stat.inference.WilcoxonSignedRankTest;
import org.junit.jupiter.api.Test;

class StatisticsGoldenTest {
  private static void close(String what, double actual, JsonNode expected, JsonNode tolerance) {
    double e = expected.asDouble();
    assertThat(actual)
        .as(what)
        .isCloseTo(
            e,
            within(
                tolerance.get("atol").asDouble() + tolerance.get("rtol").asDouble() * Math.abs(e)));
  }

  private static void close(String what, Interval actual, JsonNode expected, JsonNode tolerance) {
    close(what + ", low end", actual.low(), expected.get(0), tolerance);
    close(what + ", high end", actual.high(), expected.get(1), tolerance);
  }

  @Test
  void paired_differences_agree_with_scipy() {
    JsonNode g = Golden.json("stats/paired.json");
    JsonNode e = g.get("expected");
    JsonNode tolerance = g.get("tolerance");
    double[] x = Golden.doubles(g.get("inputs").get("x"));
    double[] y = Golden.doubles(g.get("inputs").get("y"));
    SeedContrast d = new SeedContrast(differences(x, y), 0);
    TTest test = d.test().orElseThrow();
    close("mean", d.mean(), e.get("mean_difference"), tolerance);
    close("sd", d.sd(), e.get("sd_difference"), tolerance);
    close("t", test.t(), e.get("t"), tolerance);
    close("p", test.p(), e.get("p_two_sided"), tolerance);
    close(
        "interval",
        test.interval(g.get("hyper").get("confidence").asDouble()),
        e.get("ci95"),
        tolerance);
    close("d_z", d.dz(), e.get("d_z"), tolerance);
    close("Hedges", d.hedges(), e.get("d_z_hedges_corrected"), tolerance);
    close(
        "Wilcoxon",
        new WilcoxonSignedRankTest().wilcoxonSignedRankTest(y, x, true),
        e.get("wilcoxon_exact").get("p_two_sided"),
        tolerance);
  }

  private static double[] differences(double[] x, double[] y) {
    double[] d = new double[x.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = y[i] - x[i];
    }
    return d;
  }

  @Test
  void contrasts_by_seed_agree_with_scipy_and_statsmodels() {
    JsonNode g = Golden.json("stats/by_seed.json");
    double margin = g.get("hyper").get("margin").asDouble();
    JsonNode y = g.get("inputs").get("y [A][B][seed]");
    double[][] cells = new double[6][];
    for (int a = 0; a < 2; a++) {
      for (int b = 0; b < 3; b++) {
        cells[3 * a + b] = Golden.doubles(y.get(a).get(b));
      }
    }
    List<Factorial.Factor> factors =
        List.of(
            new Factorial.Factor("A", List.of("A0", "A1")),
            new Factorial.Factor("B", List.of("B0", "B1", "B2")));
    Factorial factorial = new Factorial(factors, cells);
    Map<String, double[]> contrasts = new LinkedHashMap<>();
    factorial.mainEffects().stream()
        .filter(c -> c.low().endsWith("0"))
        .forEach(c -> contrasts.put(c.high() + "-" + c.low(), c.perSeed()));
    factorial
        .interactions()
        .forEach(
            c ->
                contrasts.put(
                    String.format(
                        "(%s-%s)x(%s-%s)", c.high(), c.low(), c.otherHigh(), c.otherLow()),
                    c.perSeed()));
    List<String> family = new ArrayList<>();
    g.get("hyper").get("family").forEach(f -> family.add(f.asText()));
    assertThat(contrasts.keySet()).containsExactlyInAnyOrderElementsOf(family);
    double[] p =
        family.stream()
            .mapToDouble(f -> new SeedContrast(contrasts.get(f), 0).test().orElseThrow().p())
            .toArray();
    double[] holm = Correction.HOLM.adjust(p);
    JsonNode tolerance = g.get("tolerance");
    for (int i = 0; i < p.length; i++) {
      JsonNode e = g.get("expected").get(family.get(i));
      SeedContrast c = new SeedContrast(contrasts.get(family.get(i)), 0);
      TTest t = c.test().orElseThrow();
      double[] differences = Golden.doubles(e.get("differences"));
      assertThat(c.perSeed()).containsExactly(differences, within(1e-12));
      close("mean", c.mean(), e.get("mean"), tolerance);
      close("sd", c.sd(), e.get("sd"), tolerance);
      close("low", t.interval(0.95).low(), e.get("low"), tolerance);
      close("high", t.interval(0.95).high(), e.get("high"), tolerance);
      close("p", t.p(), e.get("p"), tolerance.get("p"));
      close("TOST", t.equivalenceP(margin), e.get("tost_p"), tolerance.get("p"));
      close("Holm", holm[i], e.get("p_holm"), tolerance.get("p"));
      Interval together = t.simultaneous(0.95, p.length);
      close("simultaneous low", together.low(), e.get("low_bonferroni"), tolerance);
      close("simultaneous high", together.high(), e.get("high_bonferroni"), tolerance);
    }
  }

  @Test
  void the_percentile_bootstrap_of_given_resamples_agrees_with_numpy() {
    JsonNode g = Golden.json("stats/paired.json");
    double[] x = Golden.doubles(g.get("inputs").get("x"));
    double[] d = differences(x, Golden.doubles(g.get("inputs").get("y")));
    JsonNode rows = g.get("inputs").get("index_resamples");
    double[] means = new double[rows.size()];
    for (int b = 0; b < means.length; b++) {
      for (JsonNode i : rows.get(b)) {
        means[b] += d[i.asInt()];
      }
      means[b] /= rows.get(b).size();
    }
    close(
        "percentile interval",
        Bootstrap.interval(Sums.mean(d), means, 0.95),
        g.get("expected").get("bootstrap_percentile_ci95"),
        g.get("tolerance"));
  }

  @Test
  void a_bootstrap_over_seeds_and_items_spreads_as_the_seeds_do() {
    int seeds = 8;
    double[][] d = new double[seeds][50];
    for (int s = 0; s < seeds; s++) {
      Arrays.fill(d[s], s); // items of one seed are equal: only seeds vary
    }
    double[] ones = new double[50];
    Arrays.fill(ones, 1);
    Interval i = Bootstrap.hierarchical(d, ones, 20_000, 0.95, new Random(1));
    // the mean of 8 draws from 0 to 7: 3.5 and a standard deviation of sqrt(63 / 12 / 8), which
    // sqrt(8 / 7) and t with 7 degrees of freedom, 2.3646, expand
    double half = Math.sqrt(8 / 7.0) * 2.3646 * Math.sqrt(63 / 12.0 / 8);
    assertThat(i.estimate()).isEqualTo(3.5);
    assertThat(i.low()).isCloseTo(3.5 - half, within(0.15));
    assertThat(i.high()).isCloseTo(3.5 + half, within(0.15));
  }

  @Test
  void the_tails_of_the_expanded_percentile_interval_are_those_of_hesterberg() {
    // t(0.975, 4) = 2.776445, t(0.975, 19) = 2.093024; Phi(-3.104160), Phi(-2.147397)
    assertThat(Bootstrap.tail(5, 0.95)).isCloseTo(0.000954, within(2e-6));
    assertThat(Bootstrap.tail(20, 0.95)).isCloseTo(0.015881, within(2e-5));
    assertThat(Bootstrap.tail(100_000, 0.95)).as("many seeds").isCloseTo(0.025, within(1e-5));
  }

  @Test
  void an_exact_p_keeps_its_digits_where_one_minus_the_other_tail_is_0() {
    close(new McNemar(0, 80).exactP(), Math.pow(2, -79));
    close(new McNemar(80, 0).exactP(), Math.pow(2, -79));
    // 2 (1 + 100 + 4950) / 2^100
    close(new McNemar(2, 98).exactP(), 5051 * Math.pow(2, -99));
    // without half of the largest term: (2 (1 + 100) + 4950) / 2^100
    close(new McNemar(2, 98).midP(), 5152 * Math.pow(2, -100));
    // beyond 1,000 items by another sum: 2 (1 + 1,001) / 2^1,001
    double expected = 1002 * Math.pow(2, -1000);
    assertThat(new McNemar(1, 1000).exactP()).isCloseTo(expected, within(1e-9 * expected));
    assertThat(new McNemar(5000, 0).exactP()).as("2^-4999 is no double").isPositive();
    assertThat(new McNemar(5000, 0).midP()).isPositive();
    assertThat(new McNemar(3, 3).exactP()).isEqualTo(1);
  }

  private static void close(double value, double expected) {
    assertThat(value).isCloseTo(expected, within(1e-12 * expected));
  }

  @Test
  void power_and_required_seeds_agree_with_statsmodels() {
    JsonNode g = Golden.json("stats/paired.json");
    JsonNode tolerance = g.get("tolerance").get("required_n.n_exact and power");
    for (JsonNode e : g.get("expected").get("required_n")) {
      Power.Alternative alternative =
          e.get("alternative").asText().equals("two-sided")
              ? Power.Alternative.TWO_SIDED
              : Power.Alternative.LARGER;
      double dz = e.get("d_z").asDouble();
      double alpha = e.get("alpha").asDouble();
      double n = Power.requiredSeeds(dz, alpha, e.get("power").asDouble(), alternative);
      close("required n for " + e, n, e.get("n_exact"), tolerance);
      int required = e.get("n_required").asInt();
      assertThat((int) Math.ceil(n)).isEqualTo(required);
      close(
          "power at n",
          Power.of(dz, required, alpha, alternative),
          e.get("power_at_n_required"),
          tolerance);
    }
    JsonNode detectable = g.get("expected").get("detectable_d_z_at_n_seeds");
    close(
        "detectable difference",
        Power.detectable(detectable.get("n").asInt(), 0.05, 0.8, Power.Alternative.TWO_SIDED),
        detectable.get("d_z"),
        tolerance);
  }

  @Test
  void mcnemar_agrees_with_statsmodels() {
    JsonNode g = Golden.json("stats/mcnemar.json");
    for (JsonNode c : g.get("inputs").get("cases")) {
      JsonNode e = g.get("expected").get(c.get("name").asText());
      McNemar test = counted(c);
      close("exact p", test.exactP(), e.get("p_exact"), g.get("tolerance"));
      close("mid p", test.midP(), e.get("p_mid"), g.get("tolerance"));
    }
  }

  private static McNemar counted(JsonNode c) {
    JsonNode table = c.get("table [[11,10],[01,00]]");
    McNemar fromTable = new McNemar(table.get(0).get(1).asInt(), table.get(1).get(0).asInt());
    if (c.has("before")) {
      assertThat(McNemar.of(booleans(c.get("before")), booleans(c.get("after"))))
          .as("counts of the items")
          .isEqualTo(fromTable);
    }
    return fromTable;
  }

  /** The chance-adjusted shares of the file are computed by nothing yet. */
  @Test
  void items_lost_and_gained_agree_with_the_golden_transitions() {
    JsonNode g = Golden.json("metrics/transitions.json");
    assertThat(g.get("inputs").get("cases")).isNotEmpty();
    for (JsonNode c : g.get("inputs").get("cases")) {
      JsonNode e = g.get("expected").get(c.get("name").asText());
      McNemar counts = McNemar.of(booleans(c.get("pre")), booleans(c.get("post")));
      assertThat(counts)
          .as(c.get("name").asText())
          .isEqualTo(new McNemar(e.get("n10").asInt(), e.get("n01").asInt()));
      double items = c.get("pre").size();
      close("lost", counts.lost() / items, e.get("share_1_to_0"), g.get("tolerance"));
      close("gained", counts.gained() / items, e.get("share_0_to_1"), g.get("tolerance"));
      assertThat((counts.gained() - counts.lost()) / items)
          .as("change of accuracy")
          .isCloseTo(e.get("acc_post").asDouble() - e.get("acc_pre").asDouble(), within(1e-12));
    }
  }

  private static boolean[] booleans(JsonNode items) {
    boolean[] b = new boolean[items.size()];
    for (int i = 0; i < b.length; i++) {
      b[i] = items.get(i).asInt() == 1;
    }
    return b;
  }

  @Test
  void corrections_agree_with_statsmodels() {
    JsonNode g = Golden.json("stats/multiple_testing.json");
    Map<String, Correction> names =
        Map.of(
            "holm", Correction.HOLM,
            "bh", Correction.BENJAMINI_HOCHBERG,
            "bonferroni", Correction.BONFERRONI,
            "by", Correction.BENJAMINI_YEKUTIELI);
    for (int s = 0; s < g.get("inputs").get("sets").size(); s++) {
      double[] p = Golden.doubles(g.get("inputs").get("sets").get(s));
      for (String name : names.keySet()) {
        JsonNode e = g.get("expected").get("sets").get(s).get(name).get("adjusted");
        double[] adjusted = names.get(name).adjust(p);
        for (int i = 0; i < p.length; i++) {
          close(name + " of set " + s, adjusted[i], e.get(i), g.get("tolerance"));
        }
      }
    }
  }

  private record Design(Factorial factorial, List<Factorial.Factor> factors) {}

  private static Design factorial(JsonNode g) {
    List<Factorial.Factor> factors = new ArrayList<>();
    g.get("hyper")
        .get("levels")
        .properties()
        .forEach(
            f -> {
              List<String> levels = new ArrayList<>();
              f.getValue().forEach(l -> levels.add(l.asText()));
              factors.add(new Factorial.Factor(f.getKey(), levels));
            });
    int cells = factors.stream().mapToInt(f -> f.levels().size()).reduce(1, (a, b) -> a * b);
    double[][] outcomes = new double[cells][g.get("hyper").get("seeds").asInt()];
    for (JsonNode row : g.get("inputs").get("rows")) {
      int cell = 0;
      for (int f = 0; f < factors.size(); f++) {
        cell =
            cell * factors.get(f).levels().size()
                + factors.get(f).levels().indexOf(row.get(1 + f).asText());
      }
      outcomes[cell][row.get(0).asInt()] = row.get(1 + factors.size()).asDouble();
    }
    return new Design(new Factorial(factors, outcomes), factors);
  }

  @Test
  void factorial_contrasts_agree_with_statsmodels() {
    JsonNode g = Golden.json("stats/factorial.json");
    JsonNode e = g.get("expected");
    JsonNode tolerance = g.get("tolerance");
    Design design = factorial(g);
    Factorial f = design.factorial();
    close("mse", f.mse(), e.get("mse"), tolerance);
    assertThat((double) f.residualDf()).isEqualTo(e.get("df_resid").asDouble());
    close("grand mean", f.grandMean(), e.get("grand_mean"), tolerance);
    List<Factorial.Contrast> all = new ArrayList<>(f.mainEffects());
    all.addAll(f.interactions());
    List<JsonNode> expected = new ArrayList<>();
    e.get("contrasts").forEach(expected::add);
    assertThat(all).as("one contrast for each of the reference's").hasSameSizeAs(expected);
    for (int i = 0; i < all.size(); i++) {
      Factorial.Contrast c = all.get(i);
      JsonNode x = expected.get(i);
      TTest pooled = c.test().orElseThrow();
      close(c.label(), pooled.mean(), x.get("estimate"), tolerance);
      close(c.label() + ", standard error", pooled.standardError(), x.get("se"), tolerance);
      close(c.label(), pooled.interval(0.95), x.get("ci95"), tolerance);
      close(c.label() + ", p", pooled.p(), x.get("p"), tolerance.get("p"));
      close(
          c.label() + ", by seed",
          new SeedContrast(c.perSeed(), 0).arithmetic().interval(0.95),
          x.get("per_seed_t_ci95 (df = seeds-1)"),
          tolerance);
    }
  }

  @Test
  void a_factorial_of_one_seed_is_refused() {
    assertThatThrownBy(
            () ->
                new Factorial(
                    List.of(new Factorial.Factor("a", List.of("x", "y"))),
                    new double[][] {{1}, {2}}))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("at least 2 seeds");
  }
}
