package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_05;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_06;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_07;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_15;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_17;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.checks.OptimizerTrial.Moment;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rig.OptimizerRig.Asked;
import io.github.palimpsest.tck.rig.OptimizerRig.Start;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import io.github.palimpsest.tck.rig.PlainSteps;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The checks of optimizers that take a gradient at a perturbed point. */
final class OptimizerAscentChecks {
  private static final double RHO = 0.1;
  private static final double SCALE = 3;

  /** The largest share of the ascent that an update may still contain. */
  private static final double LEFT_OVER = 0.02;

  private static final int STEPS_AFTER_AN_ASCENT = 3;
  private static final int STEPS_OF_THE_BASE = 5;

  private static final String SCALED = "dense.weight";

  private final OptimizerTrial trial;

  OptimizerAscentChecks(OptimizerTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(
        OPT_05, this::secondGradientIsTakenAtThePerturbedPoint,
        OPT_06, this::updateIsRelativeToTheUnperturbedPoint,
        OPT_07, this::ascentScalesWithTheWeights,
        OPT_17, this::ascentHasNormRho,
        OPT_15, this::withoutRadiusItIsItsBase);
  }

  private void secondGradientIsTakenAtThePerturbedPoint() {
    NotApplicable.unless(trial.declaredPasses() > 1, Feature.MULTI_PASS);
    List<Moment> steps =
        trial.momentOfEachPhase().stream().filter(t -> given(trial.phaseOf(t)) > 1).toList();
    // a gradient with drawn labels measures the curvature, and that at w itself
    NotApplicable.unless(!steps.isEmpty() || !trial.drawsLabels(), Feature.MULTI_PASS);
    Expect.that(
        !steps.isEmpty(),
        () ->
            new Finding(
                trial.fixture(), "a step with two oracle calls or more", "no step has them"));
    for (Moment t : steps) {
      Start start = trial.at(t);
      Step step = trial.rig().step(start);
      List<Integer> moved = new ArrayList<>();
      for (int k = 0; k < step.asked().size(); k++) {
        if (!step.asked().get(k).point().sameButForRounding(trial.start())) {
          moved.add(k);
        }
      }
      Expect.that(
          !moved.isEmpty(),
          () ->
              new Finding(
                  trial.fixture(),
                  "an oracle call at some w + e",
                  "all " + step.asked().size() + " calls at w itself; update " + step.updates(),
                  Mistakes.ofUpdate(step, trial.start())));
      Expect.that(
          moved.stream().anyMatch(k -> matters(start, step, k)),
          () ->
              new Finding(
                  trial.fixture(),
                  "an update that depends on the gradient at "
                      + step.asked().get(moved.get(0)).point(),
                  step.updates() + ", whatever that gradient is",
                  Mistakes.ofUpdate(step, trial.start())));
    }
  }

  /** The oracle calls of a phase with the given labels. */
  private int given(int phase) {
    return trial.rig().calls(phase) - trial.rig().sampled(phase).size();
  }

  /** Whether the update changes when the gradient of one call does. */
  private boolean matters(Start start, Step step, int call) {
    List<Named> added = new ArrayList<>();
    for (int k = 0; k < step.asked().size(); k++) {
      added.add(k == call ? Named.of(trial.specs(), i -> 5 * Math.cos(i)) : zero());
    }
    return !trial.rig().step(start.adding(added)).updates().same(step.updates());
  }

  private Named zero() {
    return trial.start().scale(0);
  }

  private void updateIsRelativeToTheUnperturbedPoint() {
    NotApplicable.unless(trial.declaredPasses() > 1, Feature.MULTI_PASS);
    for (Moment t : trial.momentOfEachPhase()) {
      Start start = trial.at(t);
      Optional<Subject<Optimizer>> still = trial.withRate(0);
      if (still.isPresent()) {
        Step step = trial.rig("lr=0", still.get()).step(start);
        Expect.that(
            step.updates().zero(),
            () ->
                new Finding(
                    trial.model().description() + ", settings " + still.get().settings(),
                    "update 0: the weights stay at w",
                    step.updates().toString(),
                    Mistakes.ofUpdate(step, trial.start())));
      }
      nothingOfTheAscentIsLeft(start);
    }
  }

  /** Checks this step and later ones, because a value stored in a slot may come back later. */
  private void nothingOfTheAscentIsLeft(Start first) {
    List<Named> ascents = new ArrayList<>();
    // with gradients of size 1e-6 a step made of them is far smaller than the ascent
    Start start = first.scaled(1e-6);
    for (int n = 0; n < STEPS_AFTER_AN_ASCENT; n++) {
      int step = n;
      Step small = trial.rig().step(start);
      for (Asked a : small.asked()) {
        Named ascent = a.point().minus(trial.start());
        // a gradient step goes against the way up; what goes along it is left over from w + e
        if (ascent.dot(small.asked().get(0).gradient()) > 0) {
          ascents.add(ascent);
        }
      }
      for (Named ascent : ascents) {
        double left = small.updates().dot(ascent) / ascent.dot(ascent);
        Expect.that(
            left <= LEFT_OVER,
            () ->
                new Finding(
                    trial.fixture() + ", gradient times 1e-6",
                    "an update made of gradients, relative to w",
                    small.updates().toString(),
                    step == 0
                        ? Mistakes.ofUpdate(small, trial.start())
                        : "the perturbation e of an earlier step, kept and added later"));
      }
      start = start.after(start.step() + 1, small.slots());
    }
  }

  private void ascentScalesWithTheWeights() {
    NotApplicable.unless(
        trial.subject().promises(Promise.SCALE_INVARIANT), Feature.SCALE_INVARIANT);
    // far from 0, where the constant that keeps |w| + eta from vanishing does not matter
    Named w = Named.of(trial.specs(), i -> 100 + 10 * i);
    Named g = trial.gradients(0, 1, 0).get(0);
    float[] before = ascent(w, g).values().get(SCALED);
    float[] after = ascent(scaled(w, SCALE), scaled(g, 1 / SCALE)).values().get(SCALED);
    Named e = new Named(Map.of(SCALED, before));
    Named moved = new Named(Map.of(SCALED, after));
    double ratio = moved.norm() / e.norm();
    Expect.that(
        moved.near(e.scale(SCALE), 0.02 * trial.subject().tolerance(), 0),
        () ->
            new Finding(
                "'" + SCALED + "' scaled by 3, its gradient by 1/3; before: e=" + e,
                "e=" + e.scale(SCALE),
                moved.toString(),
                String.format(Locale.ROOT, "%.3g times as far", ratio)
                    + (ratio < 1 ? ": the ascent of SAM, which goes along the gradient" : "")));
  }

  private static Named scaled(Named all, double factor) {
    Map<String, float[]> values = new LinkedHashMap<>(all.values());
    Named kernel = new Named(Map.of(SCALED, values.get(SCALED))).scale(factor);
    values.put(SCALED, kernel.values().get(SCALED));
    return new Named(values);
  }

  private Named ascent(Named w, Named gradient) {
    Step step = trial.ascending(trial.rig(), Start.at(w).scaled(0).adding(List.of(gradient)));
    return step.asked().stream()
        .map(a -> a.point().minus(w))
        .filter(e -> !e.zero())
        .findFirst()
        .orElseThrow(
            () ->
                new BrokenRule(
                    new Finding("w=" + w, "an oracle call at some w + e", "all calls at w")));
  }

  private void ascentHasNormRho() {
    NotApplicable.unless(
        trial.subject().promises(Promise.EUCLIDEAN_ASCENT), Feature.EUCLIDEAN_ASCENT);
    Subject<Optimizer> at =
        trial
            .radius()
            .flatMap(key -> trial.subject().with(key, RHO))
            .orElseThrow(
                () ->
                    new BrokenRule(
                        new Finding(
                            trial.fixture(),
                            "a setting of which " + RHO + " is the radius of the ascent",
                            "none of "
                                + trial.subject().numbers().keySet()
                                + " moves the points of the oracle calls",
                            "the promise EUCLIDEAN_ASCENT of an optimizer without a radius")));
    Step step = trial.ascending(trial.rig("rho=" + RHO, at), trial.fresh());
    List<Double> norms =
        step.asked().stream().map(a -> a.point().minus(trial.start()).norm()).toList();
    Expect.that(
        norms.stream().anyMatch(n -> Math.abs(n - RHO) <= 1e-4 * RHO * trial.subject().tolerance()),
        () ->
            new Finding(
                trial.model().description() + ", settings " + at.settings(),
                "an oracle call at distance " + RHO,
                "calls at distances " + norms,
                norms.stream().anyMatch(n -> n > 1.2 * RHO)
                    ? "a norm taken of each tensor by itself"
                    : ""));
    Named gradient = gradientAtTheStart();
    for (Asked a : step.asked()) {
      Named ascent = a.point().minus(trial.start());
      double along = ascent.dot(gradient);
      Expect.that(
          along >= 0,
          () ->
              new Finding(
                  trial.model().description() + ", settings " + at.settings() + ", first step",
                  "an ascent along the gradient " + gradient,
                  "e = " + ascent + ", and <e, g> = " + along,
                  "the sign: it descends before it descends"));
    }
  }

  private Named gradientAtTheStart() {
    try (OptimizerRig plain = trial.rigOf(PlainSteps.of(1))) {
      return plain.step(trial.fresh()).asked().get(0).gradient();
    }
  }

  private void withoutRadiusItIsItsBase() {
    Subject<Optimizer> subject = trial.subject();
    NotApplicable.unless(
        subject.promises(Promise.BASE_WITHOUT_RADIUS) && trial.optimizer().phases() == 1,
        Feature.RADIUS_AND_BASE);
    Subject<Optimizer> plain =
        trial
            .radius()
            .flatMap(key -> subject.with(key, 0))
            .orElseThrow(() -> new NotApplicable(Feature.RADIUS_AND_BASE));
    isItsBase(plain);
    // what acts every few steps acts within those that are tried
    plain.withWholeNumbers(2).forEach(this::isItsBase);
  }

  private void isItsBase(Subject<Optimizer> plain) {
    Component<?> base =
        new Component<>(plain.provider(), plain.settings())
            .nested().values().stream()
                .findFirst()
                .orElseThrow(() -> new NotApplicable(Feature.RADIUS_AND_BASE));
    try (OptimizerRig subject = trial.rigOf(plain.create());
        OptimizerRig alone = trial.rigOf((Optimizer) base.create())) {
      List<Step> own = subject.steps(trial.start(), STEPS_OF_THE_BASE);
      List<Step> wanted = alone.steps(trial.start(), STEPS_OF_THE_BASE);
      for (int t = 0; t < own.size(); t++) {
        Named expected = wanted.get(t).updates();
        Named actual = own.get(t).updates();
        int step = t;
        Expect.that(
            actual.near(expected, 1e-5 * trial.subject().tolerance(), 0),
            () ->
                new Finding(
                    trial.model().description() + ", settings " + plain.settings(),
                    "at step " + step + " the update of " + base + ": " + expected,
                    actual.toString(),
                    !actual.finite()
                        ? "0/0 or 0 times an infinite direction"
                        : "if it is meant to do more than the ascent, as with slow weights,"
                            + " withdraw the promise: .promisesNot(Promise.BASE_WITHOUT_RADIUS)"));
      }
    }
  }
}
