package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.MetricRule.MET_01;
import static io.github.palimpsest.tck.rule.MetricRule.MET_02;
import static io.github.palimpsest.tck.rule.MetricRule.MET_03;
import static io.github.palimpsest.tck.rule.MetricRule.MET_04;
import static io.github.palimpsest.tck.rule.MetricRule.MET_05;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.metric.ClosedMetric;
import io.github.palimpsest.api.metric.ClosedReferenceMetric;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.NeedsReferences;
import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** The checks of metrics. No graph is needed. */
final class MetricChecks implements KindChecks {
  private static final String NO_NUMBER =
      "not a number, whatever the sign: NaN from 0/0 or from a cell that was not measured";

  private static final int TASKS = 4;
  private static final double WORSE = 0.125;

  private final Subject<ForgettingMetric> subject;

  MetricChecks(Subject<ForgettingMetric> subject) {
    this.subject = subject;
  }

  /**
   * Fixed scores.
   *
   * @param r by task trained, then task evaluated
   * @param higherScoresAreBetter their direction
   * @param reversed whether their examples are in reverse order
   * @param a the reference score of each task
   * @param asked the tasks whose reference score was read
   */
  private record Scores(
      double[][] r, boolean higherScoresAreBetter, boolean reversed, double[] a, Set<Integer> asked)
      implements ScoreMatrix {
    Scores(double[][] r, boolean higherScoresAreBetter, boolean reversed) {
      this(r, higherScoresAreBetter, reversed, references(r.length), new TreeSet<>());
    }

    private static double[] references(int tasks) {
      double[] a = new double[tasks];
      Arrays.setAll(a, i -> ((i * 5 + 2) % 7 + 1) / 8.0);
      return a;
    }

    @Override
    public double reference(int task) {
      asked.add(task);
      return a[task];
    }

    @Override
    public int tasks() {
      return r.length;
    }

    @Override
    public double before(int task) {
      return 0.25;
    }

    @Override
    public double after(int trained, int evaluated) {
      return r[trained][evaluated];
    }

    /** Eight outcomes of 0 or 1 whose mean is about the score of the cell. */
    @Override
    public double[] perExample(int trained, int evaluated) {
      double[] outcomes = new double[8];
      double score = r[trained][evaluated];
      for (int i = 0; i < outcomes.length; i++) {
        int place = reversed ? outcomes.length - 1 - i : i;
        outcomes[place] = (3 * i + evaluated) % 8 < 8 * score ? 1 : 0;
      }
      return Double.isNaN(score) ? new double[0] : outcomes;
    }

    Scores copy() {
      double[][] copy = Arrays.stream(r).map(double[]::clone).toArray(double[][]::new);
      return new Scores(copy, higherScoresAreBetter, reversed, a.clone(), new TreeSet<>());
    }

    /** Whether every cell was measured. */
    boolean whole() {
      return Arrays.stream(r).flatMapToDouble(Arrays::stream).noneMatch(Double::isNaN);
    }

    /** Whether a cell has a value. */
    boolean holds(double value) {
      return Arrays.stream(r).flatMapToDouble(Arrays::stream).anyMatch(x -> x == value);
    }

    @Override
    public String toString() {
      return (higherScoresAreBetter ? "scores, higher is better, " : "losses, lower is better, ")
          + Arrays.deepToString(r);
    }
  }

  @Override
  public Map<Rule, Trial> trials() {
    return Map.of(
        MET_01, this::worseIsNeverBetter,
        MET_02, this::definedOrEmpty,
        MET_03, this::aFunctionOfTheScores,
        MET_04, this::valueIsThatOfItsClosedForm,
        MET_05, this::readsTheDeclaredReferences);
  }

  @Override
  public String behaviour() {
    ForgettingMetric own = subject.create();
    return own.of(matrix(true)) + " " + own.of(matrix(false)) + " " + own.higherIsBetter();
  }

  private static Scores matrix(boolean higher) {
    double[][] r = new double[TASKS][TASKS];
    for (int t = 0; t < TASKS; t++) {
      for (int i = 0; i < TASKS; i++) {
        r[t][i] = ((t * 5 + i * 3) % 7 + 1) / 8.0;
      }
    }
    return new Scores(r, higher, false);
  }

  /** A fixed matrix of each direction, and drawn ones of two to six tasks. */
  private static List<Scores> all() {
    List<Scores> all = new ArrayList<>(List.of(matrix(true), matrix(false)));
    RandomGenerator rng = Streams.stream(7, "scores", 0, 0);
    for (int tasks = 2; tasks <= 6; tasks++) {
      for (boolean higher : new boolean[] {true, false}) {
        double[][] r = new double[tasks][tasks];
        for (double[] row : r) {
          Arrays.setAll(row, i -> rng.nextDouble());
        }
        all.add(new Scores(r, higher, false));
      }
    }
    return all;
  }

  private void worseIsNeverBetter() {
    ForgettingMetric metric = subject.create();
    for (Scores scores : all()) {
      boolean higher = scores.higherScoresAreBetter();
      double sign = metric.higherIsBetter(scores) ? 1 : -1;
      for (int i = 0; i < scores.tasks() - 1; i++) {
        Scores worse = scores.copy();
        worse.r()[scores.tasks() - 1][i] += higher ? -WORSE : WORSE;
        OptionalDouble was = metric.of(scores);
        OptionalDouble is = metric.of(worse);
        if (was.isPresent() && is.isPresent()) {
          double gain = sign * (is.getAsDouble() - was.getAsDouble());
          int task = i;
          Expect.that(
              gain <= 1e-9,
              () ->
                  new Finding(
                      scores + ", then task " + task + " worse by " + WORSE + " in the end",
                      "at best "
                          + was.getAsDouble()
                          + (sign > 0 ? " (higher" : " (lower")
                          + " is better)",
                      "" + is.getAsDouble(),
                      Double.isNaN(gain)
                          ? NO_NUMBER
                          : higher
                              ? "the wrong sign"
                              : "the wrong sign where lower scores are better"));
        }
      }
      if (subject.promises(Promise.MEASURES_FORGETTING)) {
        unchanged(metric, scores.copy());
      }
    }
    if (subject.promises(Promise.MEASURES_FORGETTING)) {
      all().forEach(scores -> eachTaskCounts(metric, scores));
    }
  }

  /** Changes the scores: of each task, all are those when it was trained. */
  private static void nothingForgotten(Scores scores) {
    boolean higher = scores.higherScoresAreBetter();
    for (int t = 0; t < scores.tasks(); t++) {
      for (int i = 0; i < scores.tasks(); i++) {
        boolean trained = t >= i;
        scores.r()[t][i] = trained ? (i + 3) / 8.0 : higher ? 0.125 : 0.9375;
      }
    }
  }

  private static void unchanged(ForgettingMetric metric, Scores scores) {
    nothingForgotten(scores);
    OptionalDouble value = metric.of(scores);
    Expect.that(
        value.isPresent() && value.getAsDouble() == 0,
        () ->
            new Finding(
                scores + ", nothing forgotten",
                "0",
                "" + value,
                Double.isNaN(value.orElse(0)) ? NO_NUMBER : ""));
  }

  /** After a training that changed nothing but one task, there is forgetting. */
  private static void eachTaskCounts(ForgettingMetric metric, Scores same) {
    double sign = metric.higherIsBetter(same) ? 1 : -1;
    nothingForgotten(same);
    for (int i = 0; i < same.tasks() - 1; i++) {
      Scores one = same.copy();
      one.r()[one.tasks() - 1][i] += one.higherScoresAreBetter() ? -WORSE : WORSE;
      OptionalDouble value = metric.of(one);
      int task = i;
      Expect.that(
          value.isPresent() && sign * value.getAsDouble() < 0,
          () ->
              new Finding(
                  one + ", task " + task + " alone forgotten, by " + WORSE,
                  sign > 0 ? "less than 0" : "more than 0",
                  "" + value,
                  Double.isNaN(value.orElse(0))
                      ? NO_NUMBER
                      : "a loop that ends before the last earlier task"));
    }
  }

  private void definedOrEmpty() {
    ForgettingMetric metric = subject.create();
    for (boolean higher : new boolean[] {true, false}) {
      finite(metric, new Scores(new double[][] {{0.5}}, higher, false));
    }
    for (Scores scores : all()) {
      Scores lower = scores.copy();
      for (int t = 0; t < lower.tasks(); t++) {
        Arrays.fill(lower.r()[t], t + 1, lower.tasks(), Double.NaN);
      }
      finite(metric, lower);
      finite(metric, scores);
      finite(metric, onlyLast(scores.copy()));
    }
    zeros().forEach(scores -> finite(metric, scores));
  }

  /** Scores of 0: everywhere, right after a task's own training, and in the end. */
  private static List<Scores> zeros() {
    List<Scores> all = new ArrayList<>();
    for (boolean higher : new boolean[] {true, false}) {
      Scores own = matrix(higher);
      Scores last = matrix(higher);
      for (int t = 0; t < TASKS; t++) {
        own.r()[t][t] = 0;
        last.r()[TASKS - 1][t] = 0;
      }
      all.addAll(List.of(new Scores(new double[TASKS][TASKS], higher, false), own, last));
    }
    return all;
  }

  /** The scores of a model that a merger makes at the end: it has one row, the last. */
  private static Scores onlyLast(Scores end) {
    for (int t = 0; t < end.tasks() - 1; t++) {
      Arrays.fill(end.r()[t], Double.NaN);
    }
    return end;
  }

  private static void finite(ForgettingMetric metric, Scores scores) {
    OptionalDouble value =
        Expect.given(scores.toString(), "a finite number or empty", () -> metric.of(scores));
    Expect.that(
        value.isEmpty() || Double.isFinite(value.getAsDouble()),
        () ->
            new Finding(
                scores.toString(),
                "a finite number or empty",
                "" + value,
                scores.tasks() == 1
                    ? "a division by tasks - 1"
                    : !scores.whole()
                        ? "a cell that was not measured"
                        : scores.holds(0) ? "a division by a score, which may be 0" : ""));
  }

  private void aFunctionOfTheScores() {
    ForgettingMetric metric = subject.create();
    for (Scores scores : all()) {
      OptionalDouble first = metric.of(scores);
      OptionalDouble again = metric.of(scores);
      OptionalDouble reversed =
          metric.of(new Scores(scores.r(), scores.higherScoresAreBetter(), true));
      Expect.that(
          first.equals(again),
          () ->
              new Finding(scores + ", asked twice", "" + first, "" + again, "state between calls"));
      Expect.that(
          near(first, reversed),
          () -> new Finding(scores + ", examples in reverse order", "" + first, "" + reversed));
    }
  }

  private void valueIsThatOfItsClosedForm() {
    Optional<ClosedMetric> form = subject.provider().capability(ClosedMetric.class);
    ClosedReferenceMetric closed =
        subject
            .provider()
            .capability(ClosedReferenceMetric.class)
            .or(() -> form.map(f -> (s, before, r, a, higher) -> f.of(s, before, r, higher)))
            .orElseThrow(() -> new NotApplicable(Feature.CLOSED_FORM));
    valueIsThatOfItsClosedForm(subject, closed);
    subject.withOtherWords().forEach(s -> valueIsThatOfItsClosedForm(s, closed));
  }

  private static void valueIsThatOfItsClosedForm(
      Subject<ForgettingMetric> subject, ClosedReferenceMetric form) {
    List<Scores> drawn = all();
    drawn.add(new Scores(new double[][] {{0.5}}, true, false));
    for (Scores scores : drawn) {
      double[] before = new double[scores.tasks()];
      Arrays.setAll(before, scores::before);
      OptionalDouble expected =
          form.of(
              subject.settings(),
              before,
              scores.copy().r(),
              scores.a().clone(),
              scores.higherScoresAreBetter());
      OptionalDouble actual = subject.create().of(scores);
      Expect.that(
          expected.isPresent() == actual.isPresent()
              && Math.abs(expected.orElse(0) - actual.orElse(0)) <= 1e-9 * subject.tolerance(),
          () -> new Finding(scores.toString(), "its closed form: " + expected, "" + actual));
    }
  }

  private void readsTheDeclaredReferences() {
    readsTheDeclaredReferences(subject);
    subject.withOtherWords().forEach(MetricChecks::readsTheDeclaredReferences);
  }

  private static void readsTheDeclaredReferences(Subject<ForgettingMetric> subject) {
    Optional<ReferenceTraining> declared =
        subject
            .provider()
            .capability(NeedsReferences.class)
            .map(needs -> needs.training(subject.settings()));
    for (Scores scores : all()) {
      OptionalDouble value = subject.create().of(scores);
      Expect.that(
          declared.isPresent() || scores.asked().isEmpty(),
          () ->
              new Finding(
                  scores.toString(),
                  "no reference score is read: the provider lacks NeedsReferences, so a runner has"
                      + " none",
                  "those of tasks " + scores.asked() + " are read"));
      if (declared.isPresent()) {
        dependsOnReferences(subject, scores, value);
      }
    }
  }

  /** Other reference scores give another value, and none give none. */
  private static void dependsOnReferences(
      Subject<ForgettingMetric> subject, Scores scores, OptionalDouble value) {
    Scores other = scores.copy();
    Arrays.setAll(other.a(), i -> other.a()[i] + WORSE);
    Expect.that(
        !value.equals(subject.create().of(other)),
        () ->
            new Finding(
                other + ", each reference score larger by " + WORSE,
                "not " + value,
                "the same",
                "NeedsReferences without a use of ScoreMatrix.reference"));
    Scores none = scores.copy();
    Arrays.fill(none.a(), Double.NaN);
    OptionalDouble without = subject.create().of(none);
    Expect.that(
        without.isEmpty(),
        () -> new Finding(none + ", no reference score measured", "empty", "" + without));
  }

  private static boolean near(OptionalDouble a, OptionalDouble b) {
    return a.equals(b)
        || a.isPresent() && b.isPresent() && Math.abs(a.getAsDouble() - b.getAsDouble()) <= 1e-12;
  }
}
