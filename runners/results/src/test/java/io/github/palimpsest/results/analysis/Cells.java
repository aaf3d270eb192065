package io.github.palimpsest.results.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small grids of finished cells. */
final class Cells {
  static final Outcome FORGETTING = new Outcome("forgetting", "nats", false, 1e-6);

  private Cells() {}

  static Observation cell(String optimizer, String strategy, long seed, double forgetting) {
    Map<String, String> levels = new LinkedHashMap<>(); // in the order of the file
    levels.put("optimizer", optimizer);
    levels.put("strategy", strategy);
    return new Observation(
        optimizer + strategy + seed,
        strategy.equals("none") ? optimizer : optimizer + " + " + strategy,
        seed,
        levels,
        Map.of("forgetting", forgetting),
        new TradeOff(0, 0, 0, true, true),
        Map.of());
  }

  static Observation placed(String recipe, long seed, double learned, double kept, double passes) {
    return new Observation(
        recipe + seed,
        recipe,
        seed,
        Map.of(),
        Map.of(),
        new TradeOff(learned, kept, passes, true, true),
        Map.of());
  }

  static Observation judged(String recipe, long seed, double... right) {
    double[] ones = new double[right.length];
    Arrays.fill(ones, 1);
    return new Observation(
        recipe + seed,
        recipe,
        seed,
        Map.of(),
        Map.of(),
        new TradeOff(0, 0, 0, true, true),
        Map.of("set", new Examples(right, ones, true, true)));
  }

  /** Outcomes by optimizer, strategy and seed, with a small disturbance that seeds do not share. */
  static List<Observation> grid(int seeds) {
    double[][] means = {{0.9, 0.3}, {0.6, 0.2}}; // adamw, sam; none, replay
    double[][] noise = {{0.01, -0.01}, {-0.01, 0.01}};
    List<Observation> cells = new ArrayList<>();
    for (int o = 0; o < 2; o++) {
      for (int s = 0; s < 2; s++) {
        for (int seed = 0; seed < seeds; seed++) {
          double y = means[o][s] + 0.05 * seed + (seed % 2 == 0 ? 1 : -1) * noise[o][s];
          cells.add(
              cell(
                  o == 0 ? "adamw(lr=1e-3)" : "sam(rho=0.05)",
                  s == 0 ? "none" : "replay(ratio=0.1)",
                  seed,
                  y));
        }
      }
    }
    return cells;
  }
}
