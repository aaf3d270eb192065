package io.github.palimpsest.results.query;

import static io.github.palimpsest.results.query.ResultRows.real;
import static io.github.palimpsest.results.query.ResultRows.text;

import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.folder.StageProbe;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.text.Results;
import java.nio.file.Path;

/** The rows about probes after stages. */
final class ProbeRows {
  private ProbeRows() {}

  static void measured(Path folder, ResultRows.Sink sink) {
    StageProbe.of(folder).forEach(p -> stageProbe(p, sink));
  }

  static void associations(Results results, ResultRows.Sink sink) {
    results.associations().forEach(a -> association(a, sink));
  }

  private static void stageProbe(StageProbe p, ResultRows.Sink sink) {
    p.summary()
        .forEach(
            (name, value) ->
                sink.row(
                    p.stage(),
                    (long) p.task(),
                    p.probe(),
                    name,
                    real(value),
                    p.on(),
                    (long) p.examples(),
                    real(p.loss()),
                    real(p.distance()),
                    p.cost().passes(),
                    real(p.cost().seconds())));
  }

  private static void association(ProbeAssociation a, ResultRows.Sink sink) {
    sink.row(
        a.task(),
        a.next(),
        a.probe(),
        (long) a.used(),
        (long) a.recipes(),
        (long) a.seeds(),
        real(a.spearman()),
        real(a.partial()),
        real(a.interval().map(Interval::low).orElse(Double.NaN)),
        real(a.interval().map(Interval::high).orElse(Double.NaN)),
        real(a.test().map(t -> t.p()).orElse(Double.NaN)),
        real(a.holm().orElse(Double.NaN)),
        a.says(),
        text(String.join("; ", a.caveats())));
  }
}
