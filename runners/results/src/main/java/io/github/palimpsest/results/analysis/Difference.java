package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.Optional;

/**
 * A recipe against the baseline on one outcome, over the seeds that both have. Differences are
 * exploratory: the primary family is made of effects.
 *
 * @param recipe without its defaults
 * @param seeds the recipe minus the baseline within each seed
 * @param conclusion what may be said of it
 */
public record Difference(String recipe, SeedContrast seeds, Conclusion conclusion) {
  /** The interval of this difference alone; empty where its seeds carry none. */
  public Optional<Interval> interval() {
    return seeds.test().map(t -> t.interval(AnalysisSettings.CONFIDENCE));
  }
}
