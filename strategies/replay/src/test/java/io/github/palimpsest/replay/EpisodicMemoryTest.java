package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpisodicMemoryTest {
  private static RandomGenerator seed(long seed) {
    return new Random(seed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring"})
  void every_example_is_kept_with_equal_chance(String policy) {
    int perTask = 20;
    int tasks = 3;
    int capacity = 12; // divides by the number of tasks, so that the ring is uniform too
    int runs = 4000;
    Map<String, Integer> kept = new HashMap<>();
    for (int run = 0; run < runs; run++) {
      EpisodicMemory m =
          new EpisodicMemory(
              policy.equals("ring") ? EpisodicMemory.Policy.RING : EpisodicMemory.Policy.RESERVOIR,
              EpisodicMemory.Budget.EXAMPLES,
              capacity);
      for (int t = 0; t < tasks; t++) {
        m.keep(ReplayTest.task(t, perTask).examples(), seed(31L * run + t));
      }
      m.examples().forEach(e -> kept.merge(e.id(), 1, Integer::sum));
    }
    int n = perTask * tasks;
    double p = (double) capacity / n;
    double squares = 0;
    for (int t = 0; t < tasks; t++) {
      for (Example e : ReplayTest.task(t, perTask).examples()) {
        double off = kept.getOrDefault(e.id(), 0) - runs * p;
        squares += off * off;
      }
    }
    // counts of a sample of fixed size correlate by -1/(n-1), which the factor undoes
    double chiSquare = squares / (runs * p * (1 - p)) * (n - 1) / n;
    assertThat(chiSquare).as("chi-square with %d degrees", n - 1).isLessThan(quantile(n - 1));
  }

  /** The chi-square value exceeded with chance 1e-6 (Wilson and Hilferty 1931). */
  private static double quantile(int degrees) {
    double z = 4.7534;
    double v = 2.0 / (9 * degrees);
    return degrees * Math.pow(1 - v + z * Math.sqrt(v), 3);
  }

  /** Examples of 1 to 5 tokens. */
  private static TaskData lengths(int index, int size) {
    return TaskData.of(
        index,
        "t" + index,
        IntStream.range(0, size)
            .mapToObj(i -> new Example("t" + index + "/" + i, 1 + i % 5, new TreeMap<>()))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RESERVOIR", "RING"})
  void a_token_budget_is_filled_and_never_exceeded(String policy) {
    int budget = 40;
    EpisodicMemory m =
        new EpisodicMemory(
            EpisodicMemory.Policy.valueOf(policy), EpisodicMemory.Budget.TOKENS, budget);
    for (int t = 0; t < 4; t++) {
      m.keep(lengths(t, 60).examples(), seed(t));
      int tokens = m.examples().stream().mapToInt(Example::tokens).sum();
      int parts = policy.equals("RING") ? t + 1 : 1;
      assertThat(tokens).as("after task %d", t).isBetween(budget - 5 * parts, budget);
    }
  }

  @Test
  void what_is_longer_than_the_whole_budget_is_left_out() {
    for (EpisodicMemory.Policy policy : EpisodicMemory.Policy.values()) {
      EpisodicMemory m = new EpisodicMemory(policy, EpisodicMemory.Budget.TOKENS, 3);
      m.keep(lengths(0, 40).examples(), seed(1));
      assertThat(m.examples()).as("%s", policy).isNotEmpty().allMatch(e -> e.tokens() <= 3);
    }
  }

  @Test
  void a_token_budget_keeps_every_task_and_place_with_equal_chance() {
    int runs = 3000;
    Map<String, Integer> kept = new TreeMap<>();
    for (int run = 0; run < runs; run++) {
      EpisodicMemory m =
          new EpisodicMemory(EpisodicMemory.Policy.RESERVOIR, EpisodicMemory.Budget.TOKENS, 36);
      for (int t = 0; t < 3; t++) {
        m.keep(ReplayTest.task(t, 20).examples(), seed(31L * run + t));
      }
      m.examples().forEach(e -> kept.merge(e.id(), 1, Integer::sum));
    }
    // 36 tokens are 12 of the 60 examples of three tokens each
    double expected = runs * 12 / 60.0;
    double chiSquare =
        kept.values().stream().mapToDouble(k -> (k - expected) * (k - expected)).sum()
            / (expected * (1 - 0.2));
    assertThat(kept).hasSize(60);
    assertThat(chiSquare * 59 / 60).isLessThan(quantile(59));
  }
}
