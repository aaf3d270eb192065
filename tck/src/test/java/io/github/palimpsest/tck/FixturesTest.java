package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeSite;
import io.github.palimpsest.tck.checks.Checks;
import io.github.palimpsest.tck.rule.MetricRule;
import io.github.palimpsest.tck.rule.ProbeRule;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What metrics and probes are tried on, and what is said of each way to be wrong about it. */
class FixturesTest {
  private static Verdict verdict(Provider<?> provider, Rule rule) {
    try (Checks checks = Checks.of(Subject.of(provider))) {
      return checks.all().stream()
          .filter(c -> c.rule() == rule)
          .findFirst()
          .orElseThrow()
          .run("the subject");
    }
  }

  private static Stub.OfMetric metric(boolean higher, Function<ScoreMatrix, OptionalDouble> value) {
    return new Stub.OfMetric(
        Cost.NONE,
        List.of(),
        Set.of(Promise.MEASURES_FORGETTING),
        s ->
            new ForgettingMetric() {
              @Override
              public boolean higherIsBetter() {
                return higher;
              }

              @Override
              public OptionalDouble of(ScoreMatrix scores) {
                return value.apply(scores);
              }
            });
  }

  private static double[][] cells(ScoreMatrix scores) {
    double[][] all = new double[scores.tasks()][scores.tasks()];
    for (int t = 0; t < all.length; t++) {
      for (int i = 0; i < all.length; i++) {
        all[t][i] = scores.after(t, i);
      }
    }
    return all;
  }

  private static List<ScoreMatrix> seenBy(MetricRule rule) {
    List<ScoreMatrix> seen = new ArrayList<>();
    verdict(
        metric(
            true,
            scores -> {
              seen.add(scores);
              return OptionalDouble.of(0);
            }),
        rule);
    return seen;
  }

  private static final double[][] SCORES = {
    {0.125, 0.5, 0.875, 0.375},
    {0.75, 0.25, 0.625, 0.125},
    {0.5, 0.875, 0.375, 0.75},
    {0.25, 0.625, 0.125, 0.5}
  };

  @Test
  void a_metric_sees_each_earlier_task_grow_worse_in_both_directions_and_a_run_without_loss() {
    List<double[][]> higher = new ArrayList<>();
    List<double[][]> lower = new ArrayList<>();
    for (ScoreMatrix m : seenBy(MetricRule.MET_01)) {
      (m.higherScoresAreBetter() ? higher : lower).add(cells(m));
    }
    for (List<double[][]> all : List.of(higher, lower)) {
      double worse = all == higher ? -0.125 : 0.125;
      // of 4 tasks, and drawn ones of 2 to 6: as is and worse for each earlier task, and no loss
      // and, by itself, the first of those in which one task alone is forgotten: this metric is
      // blind
      assertThat(all).hasSize(7 + 3 + 5 + 7 + 9 + 11 + (all == higher ? 1 : 0));
      for (int i = 0; i < 3; i++) {
        assertThat(all.get(2 * i)).isDeepEqualTo(SCORES);
        double[][] changed = Arrays.stream(SCORES).map(double[]::clone).toArray(double[][]::new);
        changed[3][i] += worse;
        assertThat(all.get(2 * i + 1)).as("task %s worse", i).isDeepEqualTo(changed);
      }
      double untrained = all == higher ? 0.125 : 0.9375;
      assertThat(all.get(6))
          .as("no score of a trained task changes")
          .isDeepEqualTo(
              new double[][] {
                {0.375, untrained, untrained, untrained},
                {0.375, 0.5, untrained, untrained},
                {0.375, 0.5, 0.625, untrained},
                {0.375, 0.5, 0.625, 0.75}
              });
    }
  }

  @Test
  void a_metric_sees_one_task_and_cells_that_were_not_measured() {
    List<ScoreMatrix> seen = seenBy(MetricRule.MET_02);
    assertThat(seen)
        .extracting(ScoreMatrix::higherScoresAreBetter)
        .startsWith(true, false, true, true, true, false, false, false)
        .hasSize(2 + 3 * 2 + 3 * 2 * 5 + 2 * 3);
    for (int direction = 0; direction < 2; direction++) {
      int first = 2 + 3 * 2 + 3 * 2 * 5 + 3 * direction;
      double[][] everywhere = cells(seen.get(first));
      double[][] own = cells(seen.get(first + 1));
      double[][] last = cells(seen.get(first + 2));
      assertThat(everywhere).isDeepEqualTo(new double[4][4]);
      for (int t = 0; t < 4; t++) {
        assertThat(own[t][t]).as("task %s after its own training", t).isZero();
        assertThat(last[3][t]).as("task %s in the end", t).isZero();
      }
      assertThat(own[3][0]).as("no other score").isNotZero();
      assertThat(last[0][0]).as("no other score").isNotZero();
    }
    for (int one = 0; one < 2; one++) {
      assertThat(cells(seen.get(one))).isDeepEqualTo(new double[][] {{0.5}});
    }
    for (int k = 1; k < 5; k += 3) {
      for (int t = 0; t < 4; t++) {
        for (int i = 0; i < 4; i++) {
          Double expected = i > t ? Double.NaN : SCORES[t][i];
          assertThat(seen.get(k + 1).after(t, i)).as("R[%s, %s]", t, i).isEqualTo(expected);
        }
      }
      assertThat(seen.get(k + 1).perExample(0, 1)).isEmpty();
      assertThat(cells(seen.get(k + 2))).isDeepEqualTo(SCORES);
      assertThat(seen.get(k).before(0)).isEqualTo(0.25);
      for (int t = 0; t < 4; t++) {
        for (int i = 0; i < 4; i++) {
          Double expected = t < 3 ? Double.NaN : SCORES[3][i];
          assertThat(seen.get(k + 3).after(t, i)).as("last row alone").isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void outcomes_of_examples_average_to_their_cell_and_may_stand_in_reverse_order() {
    List<ScoreMatrix> seen = seenBy(MetricRule.MET_03);
    ScoreMatrix plain = seen.get(0);
    ScoreMatrix reversed = seen.get(2);
    assertThat(seen.get(1)).isEqualTo(plain);
    for (int t = 0; t < 4; t++) {
      for (int i = 0; i < 4; i++) {
        double[] outcomes = plain.perExample(t, i);
        assertThat(outcomes).hasSize(8).containsOnly(0, 1);
        assertThat(Arrays.stream(outcomes).average().orElseThrow()).isEqualTo(SCORES[t][i]);
        double[] back = reversed.perExample(t, i);
        for (int e = 0; e < 8; e++) {
          assertThat(back[7 - e]).isEqualTo(outcomes[e]);
        }
      }
    }
    assertThat(plain.perExample(0, 0)).as("3 e mod 8 is 0").containsExactly(1, 0, 0, 0, 0, 0, 0, 0);
    assertThat(plain.perExample(1, 1))
        .as("3 e + 1 mod 8 is below 2")
        .containsExactly(1, 0, 0, 0, 0, 1, 0, 0);
  }

  @Test
  void each_way_to_be_wrong_has_its_words() {
    Function<ScoreMatrix, OptionalDouble> first = s -> OptionalDouble.of(s.perExample(0, 1)[0]);
    assertThat(verdict(metric(true, first), MetricRule.MET_03).text())
        .contains("examples in reverse order", "higher is better", "OptionalDouble");
    int[] asked = {0};
    assertThat(verdict(metric(true, s -> OptionalDouble.of(asked[0]++)), MetricRule.MET_03).text())
        .contains("asked twice", "state between calls");
    assertThat(verdict(metric(true, s -> OptionalDouble.of(0.5)), MetricRule.MET_01).text())
        .contains("nothing forgotten");
    Function<ScoreMatrix, OptionalDouble> last = s -> OptionalDouble.of(s.after(3, 0));
    assertThat(verdict(metric(false, last), MetricRule.MET_01).text())
        .contains("(lower is better)", "= the wrong sign\n");
    Function<ScoreMatrix, OptionalDouble> lost =
        s -> OptionalDouble.of(s.after(3, 0) - s.after(0, 0));
    assertThat(verdict(metric(true, lost), MetricRule.MET_01).text())
        .contains("losses, lower is better", "(higher is better)")
        .contains("the wrong sign where lower scores are better");
    Function<ScoreMatrix, OptionalDouble> upper =
        s -> OptionalDouble.of(s.tasks() == 1 ? 0 : s.after(0, 1));
    assertThat(verdict(metric(true, upper), MetricRule.MET_02).text())
        .contains("a cell that was not measured");
    Function<ScoreMatrix, OptionalDouble> thrown = s -> OptionalDouble.of(s.after(1, 0));
    assertThat(verdict(metric(true, thrown), MetricRule.MET_02).text()).contains("it throws");
    Function<ScoreMatrix, OptionalDouble> even =
        s -> s.tasks() % 2 == 0 ? OptionalDouble.empty() : OptionalDouble.of(1);
    assertThat(verdict(metric(true, even), MetricRule.MET_02).outcome()).isEqualTo(Outcome.PASSED);
    int[] turn = {0};
    Function<ScoreMatrix, OptionalDouble> wobbling =
        s -> ++turn[0] % 3 == 0 ? OptionalDouble.empty() : OptionalDouble.of(1);
    assertThat(verdict(metric(true, wobbling), MetricRule.MET_03).text()).contains("reverse order");
  }

  private static Stub.OfProbe probe(long passes, Function<ProbeSite, Double> number) {
    return new Stub.OfProbe(
        Cost.NONE,
        List.of(),
        s ->
            new Probe() {
              @Override
              public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
                return new TreeMap<>(Map.of("number", number.apply(site)));
              }

              @Override
              public long passes() {
                return passes;
              }
            });
  }

  private static double seen(Function<ProbeSite, Double> number) {
    double[] seen = new double[1];
    Function<ProbeSite, Double> noted = site -> seen[0] = number.apply(site);
    assertThat(verdict(probe(0, noted), ProbeRule.PRB_01).outcome()).isEqualTo(Outcome.PASSED);
    return seen[0];
  }

  private static double sum(WeightSnapshot w) {
    double sum = 0;
    for (String n : w.names()) {
      for (float x : w.copy(n)) {
        sum += x;
      }
    }
    return sum;
  }

  @Test
  void a_probe_sees_a_quadratic_whose_every_number_has_a_closed_form() {
    double loss = 0;
    double slope = 0;
    double weights = 0;
    for (int i = 0; i < 8; i++) {
      double a = 0.5 + 0.25 * i;
      double w = Math.cos(i + 1);
      loss += a * w * w / 2;
      slope += a * w;
      weights += w;
    }
    assertThat(seen(s -> s.loss(s.weights()))).isCloseTo(loss, within(1e-6));
    assertThat(seen(s -> sum(s.gradient(s.weights())))).isCloseTo(slope, within(1e-6));
    assertThat(seen(s -> sum(s.weights()))).isCloseTo(weights, within(1e-6));
    assertThat(seen(s -> sum(s.pretrained()))).isCloseTo(weights + 0.8, within(1e-6));
    assertThat(seen(s -> s.divergence(s.pretrained(), s.weights())))
        .as("half the squared distance, eight times 0.1 squared")
        .isCloseTo(0.04, within(1e-6));
    assertThat(seen(s -> s.parameters().size() + s.loss(s.weights())))
        .as("a number that is the same for all weights is refused")
        .isCloseTo(2 + loss, within(1e-6));
  }

  @Test
  void passes_are_one_for_a_loss_three_for_a_gradient_and_two_for_a_divergence() {
    Map<Function<ProbeSite, Double>, Long> costs =
        Map.of(
            s -> s.loss(s.weights()), 1L,
            s -> sum(s.gradient(s.weights())), 3L,
            s -> s.divergence(s.weights(), s.weights()), 2L);
    costs.forEach(
        (number, cost) -> {
          assertThat(verdict(probe(cost, number), ProbeRule.PRB_03).outcome())
              .isEqualTo(Outcome.PASSED);
          assertThat(verdict(probe(cost - 1, number), ProbeRule.PRB_03).text())
              .contains("at most " + (cost - 1) + " passes", "actual    " + cost);
        });
    double[] count = {0};
    assertThat(verdict(probe(0, s -> count[0]++), ProbeRule.PRB_02).text())
        .contains("a quadratic of 8 parameters", "equal generators", "{number=0.0}");
    assertThat(verdict(probe(0, s -> Double.NaN), ProbeRule.PRB_01).text())
        .contains("a quadratic of 8 parameters, settings tck.stub");
    assertThat(verdict(probe(0, s -> count[0]++), SpiRule.SPI_03).text())
        .contains("used one after the other");
    double[] called = {0};
    assertThat(verdict(metric(true, s -> OptionalDouble.of(called[0]++)), SpiRule.SPI_03).text())
        .contains("used one after the other");
  }
}
