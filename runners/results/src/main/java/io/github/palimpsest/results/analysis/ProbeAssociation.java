package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Correction;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.PartialRankCorrelation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * The association of a probe's number, taken after a task and before the next one, with the
 * forgetting of this task that follows. It is exploratory: nothing is claimed.
 *
 * <p>It is computed over the largest table that has a run of every recipe at every seed, since
 * whole recipes and whole seeds are permuted.
 *
 * @param task the task after which the probe was taken
 * @param next the task trained after it
 * @param probe the probe without its defaults, and the name of its number
 * @param runs the independent training runs
 * @param recipes the number of recipes in the table
 * @param seeds the number of seeds in the table
 * @param spearman the rank correlation; NaN if it is not defined
 * @param partial the same given stage loss and distance; NaN if it is not defined
 * @param test of the partial correlation; empty where the runs carry none
 * @param holm the p-value after Holm among all associations of the report
 */
public record ProbeAssociation(
    String task,
    String next,
    String probe,
    List<ProbedRun> runs,
    int recipes,
    int seeds,
    double spearman,
    double partial,
    Optional<PartialRankCorrelation.Test> test,
    OptionalDouble holm) {
  /** With fewer independent runs there is neither an interval nor a p-value. */
  public static final int FEWEST_RUNS = 20;

  /** With fewer recipes the test rests on the seeds within them. */
  private static final int FEW_RECIPES = 5;

  /**
   * Where the controls leave less of the ranks, no p-value is right: a variance inflation factor of
   * 10.
   */
  private static final double LEAST_LEFT = 0.1;

  private static final int PERMUTATIONS = 1999;

  /** Fewer runs leave nothing after two controls. */
  private static final int FEWEST_DESCRIBED = 5;

  /** What every form of a report says next to associations. */
  public static final List<String> DEFINITION =
      List.of(
          "A probe is taken at the weights after a task and before the next task is trained, on the"
              + " task's own training examples; forgetting is how much worse the task's score is"
              + " after the next task",
          "Runs are independent: cells that share their first task are one run, with the mean of"
              + " all that followed",
          "Rank correlations; partial: given the task's loss and the distance from the weights"
              + " before any training. P and interval permute whole recipes and whole seeds;"
              + " p is after Holm",
          "Exploratory: nothing is claimed, and an association is not a cause");

  /** Copies the runs. */
  public ProbeAssociation {
    runs = List.copyOf(runs);
  }

  /** Associates runs, without the adjustment for other associations. */
  public static ProbeAssociation of(String task, String next, String probe, List<ProbedRun> runs) {
    RandomGenerator rng = Resamples.stream("probe " + task + " " + probe);
    return of(task, next, probe, runs, PERMUTATIONS, rng);
  }

  static ProbeAssociation of(
      String task,
      String next,
      String probe,
      List<ProbedRun> runs,
      int permutations,
      RandomGenerator rng) {
    RunTable table = RunTable.of(runs);
    List<ProbedRun> used = table.runs();
    double spearman = Double.NaN;
    double partial = Double.NaN;
    Optional<PartialRankCorrelation.Test> test = Optional.empty();
    if (used.size() >= FEWEST_DESCRIBED) {
      PartialRankCorrelation correlation =
          PartialRankCorrelation.of(
              numbers(used, ProbedRun::value),
              numbers(used, ProbedRun::forgetting),
              numbers(used, ProbedRun::loss),
              numbers(used, ProbedRun::distance));
      spearman = correlation.spearman();
      partial = correlation.partial();
      if (used.size() >= FEWEST_RUNS && correlation.left() >= LEAST_LEFT) {
        test =
            Optional.of(
                correlation.test(table.recipes(), permutations, AnalysisSettings.CONFIDENCE, rng));
      }
    }
    return new ProbeAssociation(
        task,
        next,
        probe,
        runs,
        table.recipes(),
        table.seeds(),
        spearman,
        partial,
        test,
        OptionalDouble.empty());
  }

  /** The associations of one report, with their p-values after Holm. */
  public static List<ProbeAssociation> adjusted(List<ProbeAssociation> all) {
    double[] p = all.stream().flatMap(a -> a.test.stream()).mapToDouble(t -> t.p()).toArray();
    double[] holm = Correction.HOLM.adjust(p);
    List<ProbeAssociation> adjusted = new ArrayList<>();
    int tested = 0;
    for (ProbeAssociation a : all) {
      adjusted.add(a.test.isPresent() ? a.with(holm[tested++]) : a);
    }
    return adjusted;
  }

  private ProbeAssociation with(double adjusted) {
    return new ProbeAssociation(
        task,
        next,
        probe,
        runs,
        recipes,
        seeds,
        spearman,
        partial,
        test,
        OptionalDouble.of(adjusted));
  }

  private static double[] numbers(List<ProbedRun> runs, ToDoubleFunction<ProbedRun> number) {
    return runs.stream().mapToDouble(number).toArray();
  }

  /** The number of runs in the table. */
  public int used() {
    return recipes * seeds;
  }

  /** The interval of the partial correlation; empty where the runs carry none. */
  public Optional<Interval> interval() {
    return test.map(PartialRankCorrelation.Test::interval);
  }

  /** What the runs say, in a few words. */
  public String says() {
    if (used() < FEWEST_RUNS) {
      return "fewer than " + FEWEST_RUNS + " independent runs: neither an interval nor a p-value";
    }
    if (test.isEmpty()) {
      return "undefined: loss and distance explain nine tenths of it or of forgetting, or it is"
          + " constant";
    }
    if (holm.isPresent() && holm.getAsDouble() <= 1 - AnalysisSettings.CONFIDENCE) {
      return partial > 0 ? "rises with forgetting" : "falls as forgetting rises";
    }
    return "open";
  }

  /** What the runs cannot carry; empty if there is nothing to add. */
  public List<String> caveats() {
    List<String> all = new ArrayList<>();
    if (runs.size() > used()) {
      all.add(
          (runs.size() - used())
              + " of "
              + runs.size()
              + " runs are left out, because not every recipe has a run at their seed");
    }
    if (test.isPresent() && recipes < FEW_RECIPES) {
      all.add(
          "with fewer than "
              + FEW_RECIPES
              + " recipes the test rests on the seeds within them, and not on what distinguishes"
              + " recipes");
    }
    int fewest = runs.stream().mapToInt(ProbedRun::continuations).min().orElse(0);
    int most = runs.stream().mapToInt(ProbedRun::continuations).max().orElse(0);
    if (fewest < most) {
      all.add(
          "the forgetting of a run is a mean over "
              + fewest
              + " to "
              + most
              + " cells, so it differs in what followed too");
    }
    return all;
  }

  /** The task, the probe and what the runs say, in a sentence without an end. */
  public String sentence() {
    String numbers =
        test.map(
                t ->
                    String.format(
                        Locale.ROOT,
                        " (partial rank correlation %+.2f, 95 %% %.2f to %.2f; %d runs of %d"
                            + " recipes)",
                        partial,
                        t.interval().low(),
                        t.interval().high(),
                        used(),
                        recipes))
            .orElse(" (" + used() + " runs)");
    return probe + " after " + task + ": " + says() + numbers;
  }
}
