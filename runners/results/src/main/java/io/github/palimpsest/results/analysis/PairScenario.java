package io.github.palimpsest.results.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Two recipes and nothing else, with truly no difference: {@code d[s] = sd z[s]}. With a single
 * contrast, a rule that looks at its interval stops at once where that interval happens to be
 * narrow; among several contrasts the widest one holds it back. It does worst where the wanted
 * width is about the standard deviation.
 *
 * @param sd the standard deviation of the difference over seeds
 */
public record PairScenario(double sd) implements Scenario {
  @Override
  public String title() {
    return "one contrast";
  }

  @Override
  public Outcome outcome() {
    return new Outcome("score", "", false, 1e-6);
  }

  @Override
  public List<Observation> draw(int seeds, RandomGenerator rng) {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      cells.add(cell("adamw", seed, 0));
      cells.add(cell("sam", seed, sd * rng.nextGaussian()));
    }
    return cells;
  }

  private static Observation cell(String optimizer, long seed, double score) {
    return new Observation(
        optimizer + " " + seed,
        optimizer,
        seed,
        Map.of("optimizer", optimizer),
        Map.of("score", score),
        new TradeOff(score, score, 1, false, false),
        Map.of());
  }

  @Override
  public Map<String, Double> truth() {
    return Map.of("sam - adamw", 0.0);
  }
}
