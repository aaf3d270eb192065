package io.github.palimpsest.results.query;

import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.ForgettingCurve;
import io.github.palimpsest.results.folder.StagePoints;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.TTest;
import io.github.palimpsest.results.text.Results;
import java.util.Optional;

/** The rows of the tables about points along the stages. */
final class PointRows {
  private PointRows() {}

  static void points(String stage, StagePoints points, ResultRows.Sink sink) {
    for (StagePoints.Point p : points.points()) {
      p.sets()
          .forEach(
              (set, score) ->
                  sink.row(stage, p.step(), set, ResultRows.real(score.score()), score.loss()));
    }
  }

  static void curves(Results results, ResultRows.Sink sink) {
    for (EqualLoss e : results.equalLoss()) {
      for (Results.Row row : results.rows()) {
        for (Results.Finished cell : row.cells()) {
          e.curvesOf(row.label()).stream()
              .filter(c -> c.seed() == cell.planned().seed())
              .forEach(c -> curve(cell.planned().id(), e, c, sink));
        }
      }
    }
  }

  private static void curve(String cell, EqualLoss e, ForgettingCurve c, ResultRows.Sink sink) {
    for (ForgettingCurve.Point p : c.points()) {
      sink.row(
          cell,
          e.outcome().name(),
          p.step(),
          ResultRows.real(p.step() * c.passesPerStep()),
          p.loss(),
          p.value());
    }
  }

  static void comparisons(EqualLoss e, ResultRows.Sink sink) {
    for (EqualLoss.Comparison c : e.comparisons()) {
      Difference d = c.difference();
      Optional<TTest> test = d.seeds().test();
      sink.row(
          e.outcome().name(),
          d.recipe(),
          e.baseline(),
          c.at().toString(),
          (long) d.seeds().n(),
          (long) c.leftOut(),
          ResultRows.real(c.matched()),
          ResultRows.real(d.seeds().mean()),
          ResultRows.real(d.interval().map(Interval::low).orElse(Double.NaN)),
          ResultRows.real(d.interval().map(Interval::high).orElse(Double.NaN)),
          ResultRows.real(test.isPresent() ? d.seeds().dz() : Double.NaN),
          ResultRows.real(test.map(TTest::p).orElse(Double.NaN)),
          ResultRows.real(d.conclusion().holm().orElse(Double.NaN)),
          ResultRows.text(d.seeds().evidence().words()));
    }
  }
}
