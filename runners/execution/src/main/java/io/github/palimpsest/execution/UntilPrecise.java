package io.github.palimpsest.execution;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.analysis.TwoStage;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Precision;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.OutputException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs an experiment in two stages until its primary intervals are narrow enough, by {@link
 * TwoStage Stein's rule}. The first stage has the experiment's own seeds, or {@link
 * TwoStage#FEWEST} if it lists fewer. Their results decide how many seeds the second stage adds;
 * each added seed is one more than the largest before it.
 *
 * <pre>{@code
 * Optional<Plan> next = Optional.of(rule.begin(plan, folder));
 * while (next.isPresent()) {
 *   run(next.get());
 *   next = rule.next(next.get(), settings, folder);
 * }
 * }</pre>
 *
 * <p>The folder's plan records the rule and what it decided, so a run that was killed continues
 * where it stopped, also between the stages.
 *
 * @param width the wanted width of primary intervals from end to end, in the unit of the primary
 *     outcomes
 * @param maxSeeds the largest number of seeds
 */
public record UntilPrecise(double width, int maxSeeds) {
  private static final String DRIFT = "drift of ";

  /**
   * @throws PalimpsestException if the width is not a positive number
   */
  public UntilPrecise {
    if (!(width > 0) || !Double.isFinite(width)) {
      throw new PalimpsestException(
          "a width of " + width + " cannot be reached; it must be a number above 0");
    }
  }

  /**
   * The plan to run now: the first stage, or the second one if the folder has decided it.
   *
   * @param plan the plan of the experiment with its own seeds
   * @param folder the output folder, which need not exist yet
   * @throws PalimpsestException if the largest number of seeds is below that of the first stage, or
   *     if the experiment has no effect whose interval could become narrow
   * @throws OutputException if the folder was run by another rule
   */
  public Plan begin(Plan plan, Path folder) {
    Plan stage = firstStage(plan);
    Precision rule = stage.experiment().precision().orElseThrow();
    Optional<Precision> recorded = recorded(new FolderLayout(folder));
    recorded.ifPresent(r -> requireSame(folder, r, rule));
    return recorded
        .filter(r -> r.needed() != null)
        .map(r -> stage.with(extended(stage.experiment(), r)))
        .orElse(stage);
  }

  /**
   * The plan of the first stage.
   *
   * @throws PalimpsestException as {@link #begin}
   */
  public Plan firstStage(Plan plan) {
    Experiment experiment = plan.experiment();
    int listed = experiment.seeds().size();
    int stage = Math.max(TwoStage.FEWEST, listed);
    if (maxSeeds < stage) {
      throw new PalimpsestException(
          "at most "
              + maxSeeds
              + " seeds are too few: the first stage has "
              + stage
              + " (the experiment lists "
              + listed
              + ", and fewer than "
              + TwoStage.FEWEST
              + " say too little of the spread)");
    }
    requireEffects(plan);
    requireOneUnit(plan);
    Experiment first = experiment.withMoreSeeds(stage - listed);
    return plan.with(first.until(new Precision(width, maxSeeds, first.seeds(), null)));
  }

  /**
   * What to run next. Records in the folder what the first stage decided.
   *
   * @param ran the plan that was just run
   * @param settings of the run
   * @param folder the output folder
   * @return the second stage; empty if it has been run, if the first one is not finished, or if it
   *     has seeds enough
   */
  public Optional<Plan> next(Plan ran, RunSettings settings, Path folder) {
    Precision rule = ran.experiment().precision().orElseThrow();
    if (rule.needed() != null) {
      return Optional.empty();
    }
    Results results = Results.of(folder);
    boolean failed = !results.failed().isEmpty();
    boolean stopped = failed && settings.patience() == RunSettings.Patience.FAIL_FAST;
    if (results.missing() > 0 || stopped) {
      return Optional.empty();
    }
    OptionalInt needed = rule.rule().needed(results.analysis().effects());
    if (needed.isEmpty() && failed) {
      return Optional.empty(); // another run tries the failed cells again
    }
    Precision decided = rule.needing(needed.orElse(rule.firstStage().size()));
    Plan next = ran.with(extended(ran.experiment(), decided));
    ExperimentRun.record(next, folder);
    return decided.seeds() > rule.firstStage().size() ? Optional.of(next) : Optional.empty();
  }

  /** The experiment with the seeds of the second stage. */
  private static Experiment extended(Experiment first, Precision decided) {
    return first.withMoreSeeds(decided.seeds() - first.seeds().size()).until(decided);
  }

  /**
   * Refuses to continue a folder whose seeds were added by another rule, or by none.
   *
   * @throws OutputException if the rules differ
   */
  static void requireSame(FolderLayout folder, GridPlan plan) {
    recorded(folder).ifPresent(r -> requireSame(folder.root(), r, plan.untilPrecise()));
  }

  private static void requireSame(Path folder, Precision recorded, @Nullable Precision rule) {
    recorded
        .differs(rule)
        .ifPresent(
            difference -> {
              throw new OutputException(
                  "output folder '"
                      + folder
                      + "' was run with "
                      + recorded.options()
                      + ", and "
                      + difference
                      + ": a rule that changes after a look at results loses its coverage; run it"
                      + " as before, or choose another folder");
            });
  }

  private static Optional<Precision> recorded(FolderLayout folder) {
    try {
      return GridPlan.find(folder).map(GridPlan::untilPrecise);
    } catch (DamagedFileException e) {
      return Optional.empty(); // the run sets it aside; the first stage decides the same again
    }
  }

  private static void requireEffects(Plan plan) {
    Set<Object> levels = new LinkedHashSet<>();
    plan.cells().forEach(c -> levels.add(c.levels()));
    if (levels.size() < 2) {
      throw new PalimpsestException(
          "there is no effect whose interval could become narrow: no axis of the experiment has two"
              + " levels");
    }
  }

  /** A width is a number of one unit. */
  private static void requireOneUnit(Plan plan) {
    List<String> primary =
        plan.experiment().analysis().map(GridPlan.Declared::outcomes).orElse(List.of());
    List<String> units = primary.stream().map(o -> unit(plan, o)).distinct().toList();
    if (units.size() > 1) {
      throw new PalimpsestException(
          "a width has one unit, and the primary outcomes "
              + String.join(", ", primary)
              + " have "
              + String.join(" and ", units));
    }
  }

  private static String unit(Plan plan, String outcome) {
    String set =
        outcome.startsWith(DRIFT)
            ? outcome.substring(DRIFT.length())
            : plan.experiment().tasks().get(0).name();
    String unit = plan.scale(set).unit();
    return unit.isEmpty() ? "shares" : unit;
  }
}
