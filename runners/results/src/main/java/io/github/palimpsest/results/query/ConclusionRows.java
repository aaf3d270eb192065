package io.github.palimpsest.results.query;

import static io.github.palimpsest.results.query.ResultRows.real;
import static io.github.palimpsest.results.query.ResultRows.text;

import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.TTest;
import java.util.Optional;

/** The rows about what cells say together. */
final class ConclusionRows {
  private ConclusionRows() {}

  static void frontier(Frontier.Point p, ResultRows.Sink sink) {
    sink.row(
        p.recipe(),
        real(p.mean().learned()),
        real(p.mean().retained()),
        real(p.mean().passes()),
        p.onFrontier(),
        p.beatenBy(),
        (long) p.seeds(),
        (long) p.unbeatenSeeds());
  }

  static void differences(Differences d, ResultRows.Sink sink) {
    for (Difference x : d.recipes()) {
      Optional<TTest> test = x.seeds().test();
      sink.row(
          d.outcome().name(),
          x.recipe(),
          d.baseline(),
          (long) x.seeds().n(),
          real(x.seeds().mean()),
          real(x.interval().map(Interval::low).orElse(Double.NaN)),
          real(x.interval().map(Interval::high).orElse(Double.NaN)),
          real(test.isPresent() ? x.seeds().dz() : Double.NaN),
          real(test.map(TTest::p).orElse(Double.NaN)),
          real(x.conclusion().holm().orElse(Double.NaN)),
          text(x.seeds().evidence().words()));
    }
  }

  static void effects(Effects e, ResultRows.Sink sink) {
    for (Effect x : e.all()) {
      Optional<Interval> together = x.conclusion().simultaneous();
      sink.row(
          e.outcome().name(),
          x.interaction() ? x.axis() + " x " + x.other() : x.axis(),
          x.contrast(),
          x.conclusion().verdict().toString(),
          (long) x.combinations(),
          (long) x.seeds().n(),
          real(x.estimate()),
          real(x.interval().map(Interval::low).orElse(Double.NaN)),
          real(x.interval().map(Interval::high).orElse(Double.NaN)),
          real(together.map(Interval::low).orElse(Double.NaN)),
          real(together.map(Interval::high).orElse(Double.NaN)),
          real(x.test().isPresent() ? x.seeds().dz() : Double.NaN),
          real(x.test().map(TTest::p).orElse(Double.NaN)),
          real(x.conclusion().holm().orElse(Double.NaN)),
          text(x.seeds().evidence().words()));
    }
  }
}
