package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.TTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The one family of contrasts that a report makes claims of: the main effects on the primary
 * outcomes. Every other family, the remaining effects on one outcome, is exploratory.
 */
final class PrimaryFamily {
  private PrimaryFamily() {}

  /** Judges all effects; those of the primary family together. */
  static List<Effects> judge(List<Effects> all, List<String> primary, OptionalDouble margin) {
    List<Optional<TTest>> tests =
        all.stream()
            .filter(e -> primary.contains(e.outcome().name()))
            .flatMap(e -> e.main().stream())
            .map(Effect::test)
            .toList();
    List<Conclusion> claims = Conclusion.of(tests, true, margin, AnalysisSettings.CONFIDENCE);
    List<Effects> judged = new ArrayList<>();
    int next = 0;
    for (Effects e : all) {
      boolean claimed = primary.contains(e.outcome().name());
      List<Effect> explored = claimed ? e.interactions() : e.all();
      // the margin is in the unit of the primary outcomes, so only theirs are measured by it
      OptionalDouble within = claimed ? margin : OptionalDouble.empty();
      List<Effect> rest = judged(explored, exploratory(explored, within));
      if (claimed) {
        List<Conclusion> own = claims.subList(next, next + e.main().size());
        next += e.main().size();
        judged.add(e.with(judged(e.main(), own), rest));
      } else {
        int main = e.main().size();
        judged.add(e.with(rest.subList(0, main), rest.subList(main, rest.size())));
      }
    }
    return judged;
  }

  private static List<Conclusion> exploratory(List<Effect> effects, OptionalDouble margin) {
    return Conclusion.of(
        effects.stream().map(Effect::test).toList(), false, margin, AnalysisSettings.CONFIDENCE);
  }

  private static List<Effect> judged(List<Effect> effects, List<Conclusion> conclusions) {
    List<Effect> ready = new ArrayList<>();
    for (int i = 0; i < effects.size(); i++) {
      ready.add(effects.get(i).with(conclusions.get(i)));
    }
    return ready;
  }
}
