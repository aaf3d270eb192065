package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.RegularizerRule.REG_04;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_06;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_09;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_10;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_15;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.regularizer.ClosedPenalty;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.RegularizerRig;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The size of a penalty: its gradient, its strength, its importance. */
final class PenaltyChecks {
  private final RegularizerTrial trial;

  PenaltyChecks(RegularizerTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(
        REG_04, this::gradientStrengthAndFactor,
        REG_09, this::givenGradientIsThatOfThePenalty,
        REG_06, this::importanceDoesNotDependOnTheBatch,
        REG_10, this::closedForm,
        REG_15, this::penaltyIsItsClosedForm);
  }

  private Named near(int seed) {
    return trial.moved(trial.anchor(0), 0.1, seed);
  }

  private void gradientStrengthAndFactor() {
    gradientIsThatOfThePenalty();
    if (trial.strength().isPresent()) {
      penaltyIsLinearInItsStrength();
      if (hasClosedForm()) {
        closedFormAt(near(1));
      } else if (trial.subject().promises(Promise.HALF_SQUARE)) {
        isNoMultipleOfHalfASquare(trial.anchor(0));
        isNoMultipleOfHalfASquare(trial.pretrained());
      }
    }
  }

  private void gradientIsThatOfThePenalty() {
    gradientIsThatOfThePenalty(1, 3);
    gradientIsThatOfThePenalty(4, 1);
  }

  private void gradientIsThatOfThePenalty(int tasks, int seeds) {
    RegularizerRig rig = trial.after(tasks);
    double h = 1e-3;
    for (int seed = 1; seed <= seeds; seed++) {
      Named x = near(seed);
      // away from the anchor, and partly sideways: along a random direction alone the slope would
      // be near 0
      int other = 10 + seed;
      Named aside = Named.of(trial.specs(), i -> 0.3 * Math.cos(0.37 * i + other));
      Named direction = x.minus(trial.anchor(0)).scale(10).plus(aside);
      double up = trial.at(rig, x.plus(direction.scale(h))).first();
      double down = trial.at(rig, x.plus(direction.scale(-h))).first();
      double difference = (up - down) / (2 * h);
      double slope = trial.at(rig, x).gradient().dot(direction);
      double size = trial.at(rig, x).gradient().norm() * direction.norm();
      double tolerance = 5e-3 * trial.subject().tolerance();
      Expect.that(
          Math.abs(difference - slope)
              <= tolerance * (Math.abs(difference) + Math.abs(slope)) + 1e-4 * size,
          () ->
              new Finding(
                  RegularizerTrial.FIXTURE + after(tasks) + ", slope away from the anchor",
                  "(P(x + h d) - P(x - h d)) / 2h = " + difference,
                  "" + slope,
                  ratio(slope / difference)));
    }
  }

  private static String after(int tasks) {
    return tasks == 1 ? "" : ", after " + tasks + " tasks";
  }

  private void givenGradientIsThatOfThePenalty() {
    NotApplicable.unless(
        givenGradientIsThatOfThePenalty(trial, 1, 3)
            && givenGradientIsThatOfThePenalty(trial, 4, 1),
        Feature.CLOSED_GRADIENT);
    for (RegularizerTrial changed : trial.withOtherWords()) {
      givenGradientIsThatOfThePenalty(changed, 2, 1);
    }
  }

  /** Compares; false if no gradient is given. */
  private static boolean givenGradientIsThatOfThePenalty(
      RegularizerTrial trial, int tasks, int seeds) {
    RegularizerRig rig = trial.after(tasks);
    for (int seed = 1; seed <= seeds; seed++) {
      RegularizerRig.Penalty at = trial.at(rig, trial.moved(trial.anchor(0), 0.1, seed));
      if (at.given().isEmpty()) {
        return false;
      }
      Named given = at.given().get();
      Expect.that(
          given.values().keySet().equals(at.gradient().values().keySet()),
          () ->
              new Finding(
                  RegularizerTrial.FIXTURE + ", the gradient given in closed form",
                  "one tensor for each of " + at.gradient().values().keySet(),
                  "" + given.values().keySet()));
      Expect.that(
          given.near(at.gradient(), 1e-4 * trial.subject().tolerance(), 1e-9),
          () ->
              new Finding(
                  RegularizerTrial.FIXTURE + after(tasks) + ", away from the anchor",
                  "the derivative of the penalty: " + at.gradient(),
                  "" + given,
                  scale(given.multipleOf(at.gradient()))));
    }
    return true;
  }

  private static String scale(double ratio) {
    return Double.isNaN(ratio) ? "" : ratio(ratio);
  }

  private void penaltyIsLinearInItsStrength() {
    double most =
        trial.withStrength(2 * trial.unit()).isPresent() ? 2 * trial.unit() : trial.unit();
    Optional<Subject<Regularizer>> one = trial.withStrength(most / 2);
    Optional<Subject<Regularizer>> two = trial.withStrength(most);
    if (one.isEmpty() || two.isEmpty()) {
      return;
    }
    double single = trial.penalty(one.get(), trial.importance(0), near(1));
    double twice = trial.penalty(two.get(), trial.importance(0), near(1));
    Expect.that(
        Math.abs(twice - 2 * single) <= 1e-4 * trial.subject().tolerance() * Math.abs(twice),
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", settings " + two.get().settings(),
                "twice the penalty of half the strength: " + 2 * single,
                "" + twice,
                Math.abs(twice - 4 * single) <= 1e-3 * twice ? "a strength applied twice" : ""));
  }

  private boolean hasClosedForm() {
    return trial.subject().promises(Promise.HALF_SQUARE) && trial.needsImportance();
  }

  private void closedForm() {
    NotApplicable.unless(trial.strength().isPresent(), Feature.STRENGTH);
    NotApplicable.unless(hasClosedForm(), Feature.IMPORTANCE);
    for (int seed = 1; seed <= 3; seed++) {
      closedFormAt(near(seed));
    }
  }

  /**
   * A penalty without importance need not be a square. One that is a square of the distance has the
   * factor 1/2.
   */
  private void isNoMultipleOfHalfASquare(Named anchor) {
    double strength = trial.unit();
    Subject<Regularizer> unit = trial.withStrength(strength).orElseThrow();
    double common = Double.NaN;
    for (int seed = 1; seed <= 3; seed++) {
      Named moved = near(seed).minus(anchor);
      double ratio =
          trial.penalty(unit, trial.importance(0), near(seed)) * 2 / strength / moved.dot(moved);
      if (seed > 1 && Math.abs(ratio - common) > 1e-3 * Math.abs(common)) {
        return;
      }
      common = ratio;
    }
    double factor = common;
    Expect.that(
        !(Math.abs(factor - 2) <= 1e-3 || Math.abs(factor - 0.5) <= 1e-3),
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", settings " + unit.settings(),
                "strength/2 sum (w - a)^2, or HALF_SQUARE not promised",
                String.format(Locale.ROOT, "%.4g times that", factor),
                ratio(factor)));
  }

  /** {@code strength/2 sum F (w - a)^2}. */
  private void closedFormAt(Named point) {
    double strength = trial.unit();
    Subject<Regularizer> unit = trial.withStrength(strength).orElseThrow();
    Named importance = trial.importance(0);
    Named moved = point.minus(trial.anchor(0));
    double expected = strength * importance.dot(moved.zip(moved, (a, b) -> a * b)) / 2;
    double actual = trial.penalty(unit, importance, point);
    Expect.that(
        Math.abs(actual - expected) <= 1e-3 * trial.subject().tolerance() * expected,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", settings " + unit.settings(),
                "strength/2 sum F (w - a)^2 = " + expected,
                "" + actual,
                ratio(actual / expected)));
  }

  /** A scripted task in double precision. */
  private record Scripted(Map<String, double[]> weights, Map<String, double[]> importance)
      implements ClosedPenalty.Finished {}

  private void penaltyIsItsClosedForm() {
    ClosedPenalty form =
        trial
            .subject()
            .provider()
            .capability(ClosedPenalty.class)
            .orElseThrow(() -> new NotApplicable(Feature.CLOSED_FORM));
    NotApplicable.unless(isItsClosedForm(trial, form, 1, 2, 4), Feature.CLOSED_FORM);
    for (RegularizerTrial changed : trial.withOtherWords()) {
      isItsClosedForm(changed, form, 2);
    }
    // one by one too, since a form may have no value at some
    for (Subject<Regularizer> other : trial.subject().withNumbersChanged()) {
      try (RegularizerTrial changed = new RegularizerTrial(other)) {
        isItsClosedForm(changed, form, 2);
      }
    }
  }

  /** Compares; false if the form has no value at these settings. */
  private static boolean isItsClosedForm(
      RegularizerTrial trial, ClosedPenalty form, int... numbersOfTasks) {
    for (int tasks : numbersOfTasks) {
      List<ClosedPenalty.Finished> finished = new ArrayList<>();
      for (int t = 0; t < tasks; t++) {
        finished.add(new Scripted(trial.anchor(t).doubles(), trial.importance(t).doubles()));
      }
      Named point = trial.moved(trial.anchor(0), 0.1, 1);
      OptionalDouble known =
          form.at(
              trial.subject().settings(), point.doubles(), trial.pretrained().doubles(), finished);
      if (known.isEmpty()) {
        return false;
      }
      double expected = known.getAsDouble();
      double actual = trial.penalty(trial.after(tasks), point);
      Expect.that(
          Math.abs(actual - expected) <= 1e-4 * trial.subject().tolerance() * Math.abs(expected),
          () ->
              new Finding(
                  RegularizerTrial.FIXTURE
                      + after(finished.size())
                      + ", settings "
                      + trial.subject().settings(),
                  "the penalty of its closed form: " + expected,
                  "" + actual,
                  ratio(actual / expected)));
    }
    return true;
  }

  private static String ratio(double ratio) {
    if (Math.abs(ratio - 2) < 1e-2) {
      return "exactly twice that: the factor 1/2 is missing, or there is a factor 2 too many";
    }
    if (Math.abs(ratio - 0.5) < 1e-2) {
      return "exactly half of that: there is a factor 1/2 too many";
    }
    return String.format(Locale.ROOT, "%.4g times that", ratio);
  }

  private void importanceDoesNotDependOnTheBatch() {
    List<Example> all = MiniLlama.examples(0, 6);
    Named point = near(2);
    RegularizerRig rig = trial.after(1);
    double whole = rig.at(point, point, all).first();
    double left = rig.at(point, point, all.subList(0, 3)).first();
    double right = rig.at(point, point, all.subList(3, 6)).first();
    double mean = (left + right) / 2;
    Expect.that(
        Math.abs(whole - mean) <= 1e-4 * trial.subject().tolerance() * Math.abs(whole),
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", a batch of 6 and its halves",
                "the mean over the halves: (" + left + " + " + right + ") / 2 = " + mean,
                "" + whole,
                "a square, or another nonlinear function, of a mean over the batch"));
    NotApplicable.unless(
        trial.subject().promises(Promise.PER_EXAMPLE_IMPORTANCE), Feature.PER_EXAMPLE_IMPORTANCE);
    if (trial.tracks()) {
      TrackedImportance tracked = new TrackedImportance(trial);
      tracked.doesNotDependOnTheBatches();
      if (trial.subject().promises(Promise.HALF_SQUARE)) {
        tracked.ofTwoTasksIsThatOfBoth();
      }
    }
    NotApplicable.unless(trial.needsImportance() || trial.tracks(), Feature.IMPORTANCE);
    if (!trial.needsImportance()) {
      return;
    }
    Expect.that(
        trial.averaged() == 1,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", the estimate that a finished task is asked for",
                "squares of each example's gradient",
                "squares of the mean gradient of " + trial.averaged() + " examples",
                "the square of the batch mean, not the mean of squares"));
    double once = trial.penalty(trial.subject(), trial.importance(0), point);
    double fourfold = trial.penalty(trial.subject(), trial.importance(0).scale(4), point);
    double growth = fourfold / once;
    boolean linear = Math.abs(growth - 4) <= 4e-3;
    boolean free = Math.abs(growth - 1) <= 1e-3;
    Expect.that(
        once == 0 ? fourfold == 0 : linear || free,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", mean squared gradient times 4",
                "4 times the penalty, or the same if importance is normalised",
                String.format(Locale.ROOT, "%.4g times", growth),
                Math.abs(growth - 16) < 0.1
                    ? "a mean squared again: the square of the batch mean, not the mean of squares"
                    : ""));
  }
}
