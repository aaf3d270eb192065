package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.ablation.statistics.Correction;
import io.github.palimpsest.ablation.statistics.Factorial;
import io.github.palimpsest.ablation.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * What the axes of a finished grid did to one outcome: main effects and two-way interactions with
 * intervals, the seed as a block, as {@link Factorial} states them.
 *
 * @param outcome what is measured, for example {@code forgetting}
 * @param seeds how many seeds every cell has
 * @param main the main effects
 * @param interactions the two-way interactions
 * @param adjusted the p-values of both, in that order, adjusted after Holm
 */
record Effects(
    String outcome,
    int seeds,
    List<Factorial.Contrast> main,
    List<Factorial.Contrast> interactions,
    double[] adjusted) {
  private static final double CONFIDENCE = 0.95;

  /**
   * Computes the effects.
   *
   * @param report the results
   * @param outcome the outcome's name
   * @param value reads it from a cell; NaN where it is not defined
   * @return why there can be none, or the effects
   */
  static Either of(Report report, String outcome, ToDoubleFunction<Report.CellResult> value) {
    List<Report.CellResult> cells =
        report.rows().stream().flatMap(r -> r.cells().stream()).toList();
    List<Factorial.Factor> factors = factors(cells);
    if (factors.isEmpty()) {
      return Either.because("no axis has two levels");
    }
    Set<Long> seeds = new TreeSet<>();
    cells.forEach(c -> seeds.add(c.planned().path("seed").asLong()));
    if (seeds.size() < 2) {
      return Either.because(
          "one seed says nothing of its variation, so no interval can be given; run at least 2");
    }
    Map<String, Map<Long, Double>> outcomes = new TreeMap<>();
    for (Report.CellResult c : cells) {
      outcomes
          .computeIfAbsent(key(factors, c), k -> new TreeMap<>())
          .put(c.planned().path("seed").asLong(), value.applyAsDouble(c));
    }
    int combinations = factors.stream().mapToInt(f -> f.levels().size()).reduce(1, (a, b) -> a * b);
    double[][] table = new double[combinations][seeds.size()];
    for (int i = 0; i < combinations; i++) {
      Map<Long, Double> bySeed = outcomes.getOrDefault(key(factors, i), Map.of());
      int s = 0;
      for (long seed : seeds) {
        double y = bySeed.getOrDefault(seed, Double.NaN);
        if (!Double.isFinite(y)) {
          return Either.because(
              "the axes are no full factorial of finished cells: "
                  + outcome
                  + " of "
                  + key(factors, i)
                  + ", seed "
                  + seed
                  + ", is missing");
        }
        table[i][s++] = y;
      }
    }
    Factorial factorial = new Factorial(factors, table);
    List<Factorial.Contrast> main = factorial.mainEffects(CONFIDENCE);
    List<Factorial.Contrast> interactions = factorial.interactions(CONFIDENCE);
    double[] p = new double[main.size() + interactions.size()];
    for (int i = 0; i < p.length; i++) {
      p[i] = i < main.size() ? main.get(i).p() : interactions.get(i - main.size()).p();
    }
    return new Either(
        Optional.of(
            new Effects(outcome, seeds.size(), main, interactions, Correction.HOLM.adjust(p))),
        "");
  }

  /**
   * Effects, or why there are none.
   *
   * @param effects the effects
   * @param reason why there are none
   */
  record Either(Optional<Effects> effects, String reason) {
    static Either because(String reason) {
      return new Either(Optional.empty(), reason);
    }
  }

  /** The axes with more than one level, each level by its shortest name. */
  private static List<Factorial.Factor> factors(List<Report.CellResult> cells) {
    Map<String, Set<String>> levels = new LinkedHashMap<>();
    for (Report.CellResult c : cells) {
      c.planned()
          .path("levels")
          .properties()
          .forEach(
              e ->
                  levels
                      .computeIfAbsent(e.getKey(), k -> new LinkedHashSet<>())
                      .add(e.getValue().asText()));
    }
    List<Factorial.Factor> factors = new ArrayList<>();
    levels.forEach(
        (axis, texts) -> {
          if (texts.size() > 1) {
            factors.add(new Factorial.Factor(axis, List.copyOf(texts)));
          }
        });
    return factors;
  }

  private static String key(List<Factorial.Factor> factors, Report.CellResult cell) {
    List<String> levels = new ArrayList<>();
    factors.forEach(f -> levels.add(cell.planned().path("levels").path(f.name()).asText()));
    return String.join(" + ", levels);
  }

  private static String key(List<Factorial.Factor> factors, int combination) {
    List<String> levels = new ArrayList<>();
    int rest = combination;
    for (int f = factors.size() - 1; f >= 0; f--) {
      List<String> all = factors.get(f).levels();
      levels.add(0, all.get(rest % all.size()));
      rest /= all.size();
    }
    return String.join(" + ", levels);
  }

  /** The effects as sentences. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < main.size(); i++) {
      Factorial.Contrast c = main.get(i);
      sentences.add(bare(c.high()) + " instead of " + bare(c.low()) + ": " + told(c, i));
    }
    for (int i = 0; i < interactions.size(); i++) {
      Factorial.Contrast c = interactions.get(i);
      sentences.add(
          bare(c.high())
              + " instead of "
              + bare(c.low())
              + ", with "
              + bare(c.otherHigh())
              + " more than with "
              + bare(c.otherLow())
              + ": "
              + told(c, main.size() + i));
    }
    return sentences;
  }

  private String told(Factorial.Contrast c, int index) {
    Interval v = c.interval();
    String sign = v.estimate() < 0 ? "" : "+";
    return String.format(
        Locale.ROOT,
        "%s %s%.3f (95 %% %.3f to %.3f, %d seeds, p %s)%s",
        outcome,
        sign,
        v.estimate(),
        v.low(),
        v.high(),
        seeds,
        adjusted[index] < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", adjusted[index]),
        v.excludes(0) ? "" : ", which may be none");
  }

  /** A level without its settings, unless another level differs in these alone. */
  private String bare(String level) {
    String name = name(level);
    boolean alone =
        main.stream()
            .flatMap(c -> java.util.stream.Stream.of(c.high(), c.low()))
            .noneMatch(other -> !other.equals(level) && name(other).equals(name));
    return alone ? name : level;
  }

  private static String name(String level) {
    int open = level.indexOf('(');
    return open < 0 ? level : level.substring(0, open);
  }

  ObjectNode json() {
    ObjectNode node = JsonFile.object().put("outcome", outcome).put("seeds", seeds);
    ArrayNode all = node.putArray("effects");
    for (int i = 0; i < adjusted.length; i++) {
      Factorial.Contrast c = i < main.size() ? main.get(i) : interactions.get(i - main.size());
      all.addObject()
          .put("effect", c.effect())
          .put("label", c.label())
          .put("estimate", c.interval().estimate())
          .put("low", c.interval().low())
          .put("high", c.interval().high())
          .put("confidence", c.interval().confidence())
          .put("p", c.p())
          .put("p_holm", adjusted[i]);
    }
    return node;
  }

  /** The outcomes that the text report tells of: the chief metrics and every kept set's drift. */
  static Map<String, ToDoubleFunction<Report.CellResult>> outcomes(Report report) {
    Map<String, ToDoubleFunction<Report.CellResult>> outcomes = new LinkedHashMap<>();
    for (String metric : List.of("average-score", "forgetting")) {
      if (report.metrics().contains(metric)) {
        outcomes.put(metric, c -> number(c.result().path("metrics").path(metric)));
      }
    }
    report.keptSets().forEach(set -> outcomes.put("drift of " + set, c -> c.drift(set)));
    return outcomes;
  }

  private static double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : Double.NaN;
  }
}
