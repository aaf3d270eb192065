package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.results.analysis.TwoStage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which a run adds seeds, in its {@code plan.json}: see {@link TwoStage}.
 *
 * @param width the wanted width of primary intervals, in the unit of the primary outcomes
 * @param maxSeeds the largest number of seeds
 * @param firstStage the seeds of the first stage
 * @param needed the number of seeds that the width needs; null before the first stage is finished
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Precision(
    double width, int maxSeeds, List<Long> firstStage, @Nullable Integer needed) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there can be no such rule, see {@link TwoStage}
   */
  public Precision {
    firstStage = JsonFile.list(firstStage);
    rule(width, maxSeeds, firstStage, needed);
  }

  /** A copy that says how many seeds the width needs. */
  public Precision needing(int seeds) {
    return new Precision(width, maxSeeds, firstStage, seeds);
  }

  /** The number of seeds of the present stage. */
  public int seeds() {
    return needed == null ? firstStage.size() : Math.min(maxSeeds, needed);
  }

  /** The rule for the analysis. */
  public TwoStage rule() {
    return rule(width, maxSeeds, firstStage, needed);
  }

  private static TwoStage rule(
      double width, int maxSeeds, List<Long> firstStage, @Nullable Integer needed) {
    return new TwoStage(
        width, maxSeeds, firstStage, needed == null ? OptionalInt.empty() : OptionalInt.of(needed));
  }

  /** What another run's rule has otherwise, in words; empty if it is the same rule. */
  public Optional<String> differs(@Nullable Precision other) {
    if (other == null) {
      return Optional.of("this run adds no seeds");
    }
    if (width != other.width) {
      return Optional.of("this run wants a width of " + other.width);
    }
    if (maxSeeds != other.maxSeeds) {
      return Optional.of("this run allows at most " + other.maxSeeds + " seeds");
    }
    return firstStage.equals(other.firstStage)
        ? Optional.empty()
        : Optional.of(
            "the first stage of this run has the seeds "
                + other.firstStage
                + " instead of "
                + firstStage);
  }

  /** The options of the command that ask for this rule. */
  public String options() {
    return "--until-precise " + width + " --max-seeds " + maxSeeds;
  }

  /** The rule and its state in a line. */
  public String words() {
    String wanted =
        String.format(
            Locale.ROOT,
            "until precise: primary intervals at most %s wide, at most %d seeds; ",
            width,
            maxSeeds);
    if (needed == null) {
      return wanted + "first stage, of " + firstStage.size() + " seeds";
    }
    return wanted
        + "after "
        + firstStage.size()
        + " seeds the width needs "
        + needed
        + (needed > maxSeeds ? ", so it will not be reached" : "");
  }
}
