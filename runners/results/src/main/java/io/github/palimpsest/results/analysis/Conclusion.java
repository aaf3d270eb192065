package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Correction;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What may be said of a contrast. Only contrasts of the primary family are claimed, each by an
 * interval that covers together with the others of the family; all others are exploratory and get
 * an interval without a claim.
 *
 * @param verdict what is said
 * @param tests in the family that the contrast was adjusted in
 * @param holm the p-value after Holm within the family; empty where there is no test
 * @param simultaneous the interval that covers together with those of the family; empty where there
 *     is no test
 * @param equivalence the p-value of equivalence within the margin; empty without a margin or a test
 */
public record Conclusion(
    Verdict verdict,
    int tests,
    OptionalDouble holm,
    Optional<Interval> simultaneous,
    OptionalDouble equivalence) {
  /** The chance of any false claim in the primary family. */
  static final double ALPHA = SeedContrast.ALPHA;

  /** Of a contrast that was not judged yet. */
  static final Conclusion NONE =
      new Conclusion(
          Verdict.EXPLORATORY, 0, OptionalDouble.empty(), Optional.empty(), OptionalDouble.empty());

  /** What is said of a contrast. */
  public enum Verdict {
    /** The simultaneous interval excludes 0. */
    EFFECT("clear"),
    /** Two one-sided tests place it within the margin, after Bonferroni over the family. */
    NO_RELEVANT_EFFECT("none"),
    /** A primary contrast whose interval leaves it open. */
    OPEN("open"),
    /** A primary contrast whose seeds carry no test. */
    UNTESTED("untested"),
    /** Outside the primary family: no claim is made. */
    EXPLORATORY("exploratory");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** Whether the contrast belongs to the primary family. */
  public boolean primary() {
    return verdict != Verdict.EXPLORATORY;
  }

  /**
   * How many claims share the level 0.05: those of the primary family; 1 where no claim is made, so
   * that the interval is the contrast's own.
   */
  public int claims() {
    return primary() ? Math.max(1, tests) : 1;
  }

  /**
   * Judges the tests of one family together.
   *
   * @param tests one for each contrast; empty where its seeds carry none
   * @param primary whether claims are made
   * @param margin the largest difference that does not matter, if one was declared
   * @param confidence of the simultaneous intervals together
   */
  static List<Conclusion> of(
      List<Optional<TTest>> tests, boolean primary, OptionalDouble margin, double confidence) {
    int family = (int) tests.stream().filter(Optional::isPresent).count();
    double[] p = tests.stream().flatMap(Optional::stream).mapToDouble(TTest::p).toArray();
    double[] holm = Correction.HOLM.adjust(p);
    List<Conclusion> all = new ArrayList<>();
    int next = 0;
    for (Optional<TTest> test : tests) {
      if (test.isEmpty()) {
        all.add(
            new Conclusion(
                primary ? Verdict.UNTESTED : Verdict.EXPLORATORY,
                family,
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty()));
        continue;
      }
      TTest t = test.get();
      Interval together = t.simultaneous(confidence, family);
      OptionalDouble equivalence =
          margin.isPresent()
              ? OptionalDouble.of(t.equivalenceP(margin.getAsDouble()))
              : OptionalDouble.empty();
      all.add(
          new Conclusion(
              verdict(primary, together, equivalence, family),
              family,
              OptionalDouble.of(holm[next++]),
              Optional.of(together),
              equivalence));
    }
    return all;
  }

  private static Verdict verdict(
      boolean primary, Interval together, OptionalDouble equivalence, int family) {
    if (!primary) {
      return Verdict.EXPLORATORY;
    }
    if (together.excludes(0)) {
      return Verdict.EFFECT;
    }
    return equivalence.isPresent() && equivalence.getAsDouble() * family < ALPHA
        ? Verdict.NO_RELEVANT_EFFECT
        : Verdict.OPEN;
  }
}
