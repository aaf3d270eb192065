package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_14;

import io.github.palimpsest.api.optimizer.ClosedSteps;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.FunctionModel;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rig.OptimizerRig.Start;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Compares an optimizer with its closed form, if it gives one. */
final class OptimizerClosedChecks {
  private static final int STEPS = 12;
  private static final double CLOSE = 1e-4;

  /** More than an optimizer asks in a step. */
  private static final int MOST_CALLS = 64;

  /** Nothing is added to the gradients. */
  private static final double STILL = 0;

  /**
   * As much is added to the gradients as changes their signs: an update that is made of signs
   * depends on coefficients of means only where signs change.
   */
  private static final double PUSHED = 6;

  private final OptimizerTrial trial;

  OptimizerClosedChecks(OptimizerTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(OPT_14, this::followsItsClosedForm);
  }

  private void followsItsClosedForm() {
    Subject<Optimizer> subject = trial.subject();
    ClosedSteps form =
        subject
            .provider()
            .capability(ClosedSteps.class)
            .orElseThrow(() -> new NotApplicable(Feature.CLOSED_FORM));
    List<Subject<Optimizer>> all = new ArrayList<>(List.of(subject));
    all.addAll(subject.withNumbersChanged());
    for (Subject<Optimizer> other : all) {
      follows(other, form, STILL, PUSHED);
      other.withOtherWords().forEach(s -> follows(s, form, STILL));
    }
  }

  private void follows(Subject<Optimizer> subject, ClosedSteps form, double... pushes) {
    try (OptimizerRig rig = trial.rigOf(subject.create())) {
      for (double push : pushes) {
        follows(subject, form, rig, push);
      }
    }
  }

  private void follows(
      Subject<Optimizer> subject, ClosedSteps form, OptimizerRig rig, double push) {
    ClosedSteps.Training training =
        form.begin(subject.settings(), trial.specs(), OptimizerRig.TOTAL_STEPS);
    Map<String, double[]> wanted = trial.start().doubles();
    Start start = trial.fresh();
    for (int t = 0; t < STEPS; t++) {
      Named added = pushed(t, push);
      Step step =
          rig.step(push == STILL ? start : start.adding(Collections.nCopies(MOST_CALLS, added)));
      Named own = start.weights().plus(step.updates());
      wanted = training.next(t, wanted, at -> sum(FunctionModel.slope(at), added.doubles()));
      compare(subject, t + 1, push, own, wanted);
      start = Start.at(own).after(t + 1L, step.slots());
    }
  }

  /** What is added to each gradient of a step: other signs from step to step. */
  private Named pushed(int step, double push) {
    return Named.of(trial.specs(), i -> push * Math.sin(2.7 * step * (1 + 0.37 * i) + 1.9 * i));
  }

  private static Map<String, double[]> sum(Map<String, double[]> one, Map<String, double[]> two) {
    Map<String, double[]> sum = new TreeMap<>();
    one.forEach(
        (name, a) -> {
          double[] b = two.get(name);
          sum.put(name, IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray());
        });
    return sum;
  }

  private void compare(
      Subject<Optimizer> subject,
      int step,
      double push,
      Named actual,
      Map<String, double[]> wanted) {
    Map<String, double[]> from = trial.start().doubles();
    double moved = 0;
    double apart = 0;
    double size = 0;
    for (Map.Entry<String, double[]> e : actual.doubles().entrySet()) {
      for (int i = 0; i < e.getValue().length; i++) {
        double w = wanted.get(e.getKey())[i];
        moved += Math.pow(w - from.get(e.getKey())[i], 2);
        apart += Math.pow(w - e.getValue()[i], 2);
        size += w * w;
      }
    }
    // updates are rounded when they are added to the weights
    double allowed =
        CLOSE * trial.subject().tolerance() * Math.sqrt(moved) + 1e-6 * Math.sqrt(size);
    double distance = Math.sqrt(apart);
    double way = Math.sqrt(moved);
    Expect.that(
        distance <= allowed,
        () ->
            new Finding(
                trial.model().description()
                    + (push == STILL ? "" : ", with gradients that change their signs")
                    + ", settings "
                    + subject.settings(),
                "after step "
                    + step
                    + " the weights of its closed form, "
                    + way
                    + " from the start",
                String.format(Locale.ROOT, "weights %.3g from there: %s", distance, actual)));
  }
}
