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
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compares an optimizer with its closed form, if it gives one. */
final class OptimizerClosedChecks {
  private static final int STEPS = 12;
  private static final double CLOSE = 1e-4;

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
      follows(other, form);
      other.withOtherWords().forEach(s -> follows(s, form));
    }
  }

  private void follows(Subject<Optimizer> subject, ClosedSteps form) {
    ClosedSteps.Training training =
        form.begin(subject.settings(), trial.specs(), OptimizerRig.TOTAL_STEPS);
    try (OptimizerRig rig = trial.rigOf(subject.create())) {
      Named own = trial.start();
      Map<String, double[]> wanted = own.doubles();
      List<Step> steps = rig.steps(own, STEPS);
      for (int t = 0; t < STEPS; t++) {
        own = own.plus(steps.get(t).updates());
        wanted = training.next(t, wanted, FunctionModel::slope);
        compare(subject, t + 1, own, wanted);
      }
    }
  }

  private void compare(
      Subject<Optimizer> subject, int step, Named actual, Map<String, double[]> wanted) {
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
                trial.model().description() + ", settings " + subject.settings(),
                "after step "
                    + step
                    + " the weights of its closed form, "
                    + way
                    + " from the start",
                String.format(Locale.ROOT, "weights %.3g from there: %s", distance, actual)));
  }
}
