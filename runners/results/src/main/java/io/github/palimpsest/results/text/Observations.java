package io.github.palimpsest.results.text;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.analysis.Examples;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.TradeOff;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.ScoreScale;
import io.github.palimpsest.results.folder.SetScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Extracts the observations of an analysis from the cells of a report. */
final class Observations {
  /** The main metrics, which come first and are in the text report. */
  static final List<String> CHIEF = List.of("average-score", "forgetting");

  private static final String CHIEF_OUTCOME = "forgetting";

  private final Results results;
  private final Map<Outcome, ToDoubleFunction<Results.Finished>> outcomes = new LinkedHashMap<>();
  private final Retained retained;

  Observations(Results results) {
    this.results = results;
    List<String> metrics = new ArrayList<>(CHIEF);
    metrics.retainAll(results.metrics());
    results.metrics().stream().filter(m -> !metrics.contains(m)).forEach(metrics::add);
    for (String metric : metrics) {
      outcomes.put(
          new Outcome(
              metric,
              results.scale(results.measure()).unit(),
              results.higherMetricIsBetter(metric),
              resolution(results.scale(results.measure()), taskItems(results))),
          c -> c.result().metric(metric));
    }
    for (String set : results.evaluationSets()) {
      ScoreScale measure = evaluationMeasure(results, set);
      outcomes.put(
          new Outcome(
              drift(set),
              measure.unit(),
              measure.higherIsBetter(),
              resolution(measure, items(results, set::equals))),
          c -> c.drift(set));
    }
    this.retained = Retained.of(results);
  }

  static String drift(String set) {
    return Outcome.drift(set);
  }

  /** The outcome whose main effects are claimed where the experiment names none. */
  static List<String> primary(Results results) {
    List<String> known = results.metrics();
    return known.contains(CHIEF_OUTCOME)
        ? List.of(CHIEF_OUTCOME)
        : known.isEmpty() ? List.of() : List.of(known.get(0));
  }

  /** The settings, with the chief outcome where the experiment declares none. */
  AnalysisSettings settings() {
    AnalysisSettings settings = results.settings();
    List<String> known = outcomes().stream().map(Outcome::name).toList();
    for (String wanted : settings.primary()) {
      if (!known.contains(wanted)) {
        throw new PalimpsestException(
            "primary outcome '"
                + wanted
                + "' is none of the results"
                + NearestName.hint(wanted, known)
                + " (there are "
                + String.join(", ", known)
                + ")");
      }
    }
    return settings.primary().isEmpty() ? settings.claiming(primary(results)) : settings;
  }

  /** The smallest difference that a score can show: one item of its sets, or a millionth nat. */
  private static double resolution(ScoreScale measure, long items) {
    return measure.unit().isEmpty() ? 1.0 / Math.max(1, items) : Outcome.NATS_RESOLUTION;
  }

  /** The smallest difference of a task's score. */
  static double resolution(Results results) {
    return resolution(results.scale(results.measure()), taskItems(results));
  }

  private static long taskItems(Results results) {
    return items(results, set -> !results.evaluationSets().contains(set));
  }

  /** The items of some evaluation sets, of the cell that has most. */
  private static long items(Results results, Predicate<String> sets) {
    return results.rows().stream()
        .flatMap(r -> r.cells().stream())
        .map(c -> c.result().setScores())
        .filter(rows -> !rows.isEmpty())
        .mapToLong(
            rows ->
                rows.get(rows.size() - 1).entrySet().stream()
                    .filter(e -> sets.test(e.getKey()))
                    .mapToLong(e -> e.getValue().weights().length)
                    .sum())
        .max()
        .orElse(0);
  }

  static ScoreScale evaluationMeasure(Results results, String set) {
    return results.rows().stream()
        .flatMap(r -> r.cells().stream())
        .flatMap(c -> Optional.ofNullable(c.result().evaluation().get(set)).stream())
        .map(kept -> results.scale(kept.measure()))
        .findFirst()
        .orElseGet(() -> results.scale(results.measure()));
  }

  List<Outcome> outcomes() {
    return List.copyOf(outcomes.keySet());
  }

  List<Observation> cells() {
    List<Observation> all = new ArrayList<>();
    for (Results.Row row : results.rows()) {
      row.cells().forEach(c -> all.add(cell(row.label(), c)));
    }
    return all;
  }

  private Observation cell(String recipe, Results.Finished c) {
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

  private TradeOff tradeOff(Results.Finished c) {
    return new TradeOff(
        c.result().learned(),
        retained.of(c),
        c.result().passes(),
        results.higherIsBetter(),
        retained.higherIsBetter());
  }

  private Map<String, Examples> examples(Results.Finished c) {
    List<SortedMap<String, SetScore>> rows = c.result().setScores();
    Map<String, Examples> examples = new LinkedHashMap<>();
    if (!rows.isEmpty()) {
      rows.get(rows.size() - 1)
          .forEach(
              (set, score) -> {
                CellResult.Evaluation kept = c.result().evaluation().get(set);
                ScoreScale scale = results.scale(kept == null ? results.measure() : kept.measure());
                double[] each = score.perExample();
                boolean judged =
                    scale.unit().isEmpty() && Arrays.stream(each).allMatch(v -> v == 0 || v == 1);
                examples.put(
                    set, new Examples(each, score.weights(), judged, scale.higherIsBetter()));
              });
    }
    return examples;
  }
}
