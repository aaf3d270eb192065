package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.Examples;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.TradeOff;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Measure;
import io.github.palimpsest.results.folder.SetScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/** Extracts the observations of an analysis from the cells of a report. */
final class Observations {
  /** The main metrics, which come first and are in the text report. */
  static final List<String> CHIEF = List.of("average-score", "forgetting");

  private final Report report;
  private final Map<Outcome, ToDoubleFunction<Report.Finished>> outcomes = new LinkedHashMap<>();
  private final Retained retained;

  Observations(Report report) {
    this.report = report;
    List<String> metrics = new ArrayList<>(CHIEF);
    metrics.retainAll(report.metrics());
    report.metrics().stream().filter(m -> !metrics.contains(m)).forEach(metrics::add);
    for (String metric : metrics) {
      outcomes.put(
          new Outcome(metric, unit(report.measure()), report.higherMetricIsBetter(metric)),
          c -> c.result().metric(metric));
    }
    for (String set : report.keptSets()) {
      Measure measure = keptMeasure(report, set);
      outcomes.put(
          new Outcome(drift(set), unit(measure.toString()), measure.higherIsBetter()),
          c -> c.drift(set));
    }
    this.retained = Retained.of(report);
  }

  static String drift(String set) {
    return "drift of " + set;
  }

  private static String unit(String measure) {
    return measure.equals(Measure.NATS_PER_TOKEN.toString()) ? "nats" : "";
  }

  static Measure keptMeasure(Report report, String set) {
    return report.rows().stream()
        .flatMap(r -> r.cells().stream())
        .flatMap(c -> Optional.ofNullable(c.result().kept().get(set)).stream())
        .map(kept -> Measure.of(kept.measure()))
        .findFirst()
        .orElse(Measure.NATS_PER_TOKEN);
  }

  List<Outcome> outcomes() {
    return List.copyOf(outcomes.keySet());
  }

  List<Observation> cells() {
    List<Observation> all = new ArrayList<>();
    for (Report.Row row : report.rows()) {
      row.cells().forEach(c -> all.add(cell(row.label(), c)));
    }
    return all;
  }

  private Observation cell(String recipe, Report.Finished c) {
    Map<String, Double> values = new LinkedHashMap<>();
    outcomes.forEach((o, value) -> values.put(o.name(), value.applyAsDouble(c)));
    return new Observation(
        c.planned().id(),
        recipe,
        c.planned().seed(),
        c.planned().levels(),
        values,
        tradeOff(c),
        examples(c));
  }

  private TradeOff tradeOff(Report.Finished c) {
    return new TradeOff(
        c.result().learned(),
        retained.of(c),
        c.result().passes(),
        report.higherIsBetter(),
        retained.higherIsBetter());
  }

  private Map<String, Examples> examples(Report.Finished c) {
    List<SortedMap<String, SetScore>> rows = c.result().setScores();
    Map<String, Examples> examples = new LinkedHashMap<>();
    if (!rows.isEmpty()) {
      rows.get(rows.size() - 1)
          .forEach(
              (set, score) -> {
                CellResult.Kept kept = c.result().kept().get(set);
                Measure measure = Measure.of(kept == null ? report.measure() : kept.measure());
                double[] each = score.perExample();
                boolean judged =
                    measure != Measure.NATS_PER_TOKEN
                        && Arrays.stream(each).allMatch(v -> v == 0 || v == 1);
                examples.put(
                    set, new Examples(each, score.weights(), judged, measure.higherIsBetter()));
              });
    }
    return examples;
  }
}
