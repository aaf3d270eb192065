package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_01;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_02;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_03;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_04;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_16;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_25;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_26;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_27;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_31;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.engine.weights.Shapes;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.checks.OptimizerTrial.Moment;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rig.OptimizerRig.Start;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules for a single step of any optimizer. */
final class OptimizerStepChecks {
  private static final long STEPS_AVERAGED = OptimizerRig.TOTAL_STEPS;

  /** The number of steps need not be a multiple of the cycle of phases. */
  private static final double REST = 10.0 / STEPS_AVERAGED;

  /** Settings that shrink weights at a rate of their own. */
  private static final List<String> DECAYS =
      List.of("rate", "decay", "weight-decay", "decoupled-decay", "wd", "l1", "l2", "shrink");

  private static final int TASKS = 4;
  private static final long LONG_RUN = 3_000_000_001L;
  private static final int FEW = 8;

  private final OptimizerTrial trial;

  OptimizerStepChecks(OptimizerTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(
        OPT_01, this::updatesMatchTheParameters,
        OPT_02, this::buildingChangesNothing,
        OPT_03, this::zeroGradientGivesNoUpdate,
        OPT_04, this::passesAreOracleCalls,
        OPT_25, this::stepsAddNothingToTheGraph,
        OPT_16, this::noLearningRateNoChange,
        OPT_26, this::theWholeObjectiveIsDescended,
        OPT_27, this::phasesAreInRange,
        OPT_31, this::drawnLabelsGiveNoDirection);
  }

  private void updatesMatchTheParameters() {
    Set<String> names = new LinkedHashSet<>();
    trial.specs().forEach(p -> names.add(p.name()));
    for (int phase = 0; phase < trial.optimizer().phases(); phase++) {
      Tensors updates = trial.rig().updates(phase);
      Set<String> missing = new LinkedHashSet<>(names);
      missing.removeAll(updates.names());
      String typical = missing.isEmpty() ? "" : "the update without " + missing;
      Expect.that(
          updates.names().equals(names),
          () ->
              new Finding(
                  trial.fixture(), "updates for " + names, "for " + updates.names(), typical));
      for (ParameterSpec p : trial.specs()) {
        var shape = updates.get(p.name()).shape();
        Expect.that(
            shape.isCompatibleWith(Shapes.of(p.shape())),
            () ->
                new Finding(
                    trial.fixture(),
                    "the update of '" + p.name() + "' has shape " + p.shape(),
                    "shape " + shape));
      }
    }
    Named updates = trial.rig().step(trial.fresh()).updates();
    for (ParameterSpec p : trial.specs()) {
      int size = updates.values().get(p.name()).length;
      Expect.that(
          size == p.shape().size(),
          () ->
              new Finding(
                  trial.fixture(),
                  "the update of '" + p.name() + "' has " + p.shape().size() + " elements",
                  size + " elements",
                  size == 1 ? "a scalar that would be broadcast" : ""));
    }
  }

  /** With given gradients, points are irrelevant: a call matters if its gradient is used itself. */
  private void theWholeObjectiveIsDescended() {
    for (Moment t : trial.momentOfEachPhase()) {
      Start start = trial.at(t).scaled(0);
      int calls = trial.rig().calls(trial.phaseOf(t));
      List<Named> given = trial.gradients(t.step(), calls, 0);
      List<Named> others = trial.gradients(t.step(), calls, 2.5);
      Step step = trial.rig().step(start.adding(given));
      Set<Term> covered = EnumSet.noneOf(Term.class);
      for (int k = 0; k < calls; k++) {
        List<Named> changed = new ArrayList<>(given);
        changed.set(k, others.get(k));
        if (!step.asked().get(k).sampled()
            && !trial.rig().step(start.adding(changed)).updates().same(step.updates())) {
          covered.addAll(step.asked().get(k).terms());
        }
      }
      Expect.that(
          covered.isEmpty() || covered.size() == Term.values().length,
          () ->
              new Finding(
                  trial.fixture() + ", " + t,
                  "an update made of gradients of " + List.of(Term.values()),
                  "of " + covered + " alone",
                  covered.contains(Term.DATA) ? "a last pass that drops the penalty" : ""));
    }
  }

  /** The gradients of a step are given, and that of drawn labels the other way round. */
  private void drawnLabelsGiveNoDirection() {
    NotApplicable.unless(trial.drawsLabels(), Feature.SAMPLED_LABELS);
    for (Moment t : trial.momentOfEachPhase()) {
      Set<Integer> drawn = trial.rig().sampled(trial.phaseOf(t));
      Start start = trial.at(t).scaled(0);
      List<Named> given = trial.gradients(t.step(), trial.rig().calls(trial.phaseOf(t)), 0);
      List<Named> turned = new ArrayList<>(given);
      drawn.forEach(k -> turned.set(k, given.get(k).scale(-1)));
      Step one = trial.rig().step(start.adding(given));
      Step other = trial.rig().step(start.adding(turned));
      Expect.that(
          one.updates().same(other.updates()) && sameSlots(one, other),
          () ->
              new Finding(
                  trial.fixture() + ", " + t,
                  "the same update and state if the gradient with drawn labels changes its sign",
                  one.updates().same(other.updates())
                      ? "the update " + one.updates() + " in both, and another state"
                      : one.updates() + " and " + other.updates(),
                  "a step along the gradient with drawn labels, whose mean is 0"));
    }
  }

  private static boolean sameSlots(Step one, Step other) {
    return one.slots().keySet().equals(other.slots().keySet())
        && one.slots().entrySet().stream()
            .allMatch(e -> Arrays.equals(e.getValue(), other.slots().get(e.getKey())));
  }

  private void phasesAreInRange() {
    Optimizer other = trial.subject().create();
    for (int task = 0; task < TASKS; task++) {
      for (long steps : new long[] {1, 7, OptimizerRig.TOTAL_STEPS}) {
        phasesAreInRange(other, task, 0, steps, steps);
      }
      // more steps than an int counts
      phasesAreInRange(other, task, LONG_RUN - FEW, LONG_RUN, LONG_RUN);
    }
  }

  private void phasesAreInRange(Optimizer other, int task, long from, long to, long steps) {
    int phases = trial.optimizer().phases();
    for (long t = from; t < to; t++) {
      int phase = trial.optimizer().phaseOf(task, t, steps);
      int again = other.phaseOf(task, t, steps);
      String where = "task " + task + ", step " + t + " of " + steps;
      Expect.that(
          phase >= 0 && phase < phases,
          () -> new Finding(where, "a phase from 0 to " + (phases - 1), "" + phase));
      Expect.that(
          phase == again,
          () -> new Finding(where + ", two objects", "phase " + phase, "phase " + again));
    }
  }

  private void buildingChangesNothing() {
    List<String> stateful = trial.rig().bench().stateful();
    Expect.that(
        stateful.isEmpty(),
        () ->
            new Finding(
                trial.fixture(),
                "no operation that makes or changes a variable",
                "the graph has " + stateful,
                "a step that assigns instead of returning updates"));
  }

  private void zeroGradientGivesNoUpdate() {
    Named origin = trial.start().scale(0);
    for (Moment t : trial.momentOfEachPhase()) {
      Named atOrigin = zeroGradient(origin, t);
      Expect.that(
          atOrigin.zero(),
          () ->
              new Finding(
                  "gradient 0, weights 0, fresh state, " + t, "update 0", atOrigin.toString()));
      Named elsewhere = zeroGradient(trial.start(), t);
      Expect.that(
          elsewhere.shrinks(trial.start()),
          () ->
              new Finding(
                  "gradient 0, fresh state, w=" + trial.start(),
                  "update 0, or for each weight a move towards 0 and not past it",
                  elsewhere.toString()));
    }
  }

  private Named zeroGradient(Named weights, Moment t) {
    Start start = Start.at(weights).in(t.task()).after(t.step(), Map.of()).scaled(0);
    Named update = trial.rig().step(start).updates();
    Expect.that(
        update.finite(),
        () ->
            new Finding(
                "gradient 0, fresh state, w=" + weights,
                "a finite update",
                update.toString(),
                trial.rig().step(trial.at(t)).updates().finite()
                    ? "0/0: a division by the norm of a zero gradient"
                    : "NaN or infinite for another gradient too, not by a division by its norm"));
    return update;
  }

  private void passesAreOracleCalls() {
    double most = 0;
    for (int task : trial.tasks()) {
      passesAreOracleCalls(task);
      most = Math.max(most, trial.declaredPasses(task));
    }
    double costliest = most;
    double whole = trial.declaredPasses();
    Expect.that(
        Math.abs(whole - costliest) <= REST,
        () ->
            new Finding(
                trial.fixture() + ", in all tasks",
                costliest + " oracle calls a step declared, those of the costliest task",
                whole + " declared"));
  }

  private void passesAreOracleCalls(int task) {
    double passes = 0;
    for (long t = 0; t < STEPS_AVERAGED; t++) {
      passes += trial.rig().passes(trial.phaseOf(new Moment(task, t)));
    }
    double measured = passes / STEPS_AVERAGED;
    double declared = trial.declaredPasses(task);
    Expect.that(
        Math.abs(measured - declared) <= REST,
        () ->
            new Finding(
                trial.fixture() + OptimizerTrial.in(task),
                declared + " oracle calls a step, as declared",
                measured + " on average over " + STEPS_AVERAGED + " steps",
                measured == 1 && declared == 2 ? "plain descent's single pass" : ""));
  }

  private void stepsAddNothingToTheGraph() {
    OptimizerRig rig = trial.rig();
    rig.steps(trial.start(), 2);
    int before = rig.bench().size();
    rig.steps(trial.start(), 10);
    int after = rig.bench().size();
    Expect.that(
        before == after,
        () ->
            new Finding(
                trial.fixture(),
                before + " operations after 12 steps as after 2",
                after + " operations",
                "a graph that grows with each step"));
  }

  private void noLearningRateNoChange() {
    Subject<Optimizer> still =
        trial.withRate(0).orElseThrow(() -> new NotApplicable(Feature.LEARNING_RATE));
    for (String decay : DECAYS) {
      still = still.with(decay, 0).orElse(still);
    }
    staysWhereItIs(still);
  }

  private void staysWhereItIs(Subject<Optimizer> still) {
    int t = 0;
    for (Step s : trial.rig("lr=0", still).steps(trial.start(), 4)) {
      int step = t++;
      Expect.that(
          s.updates().zero(),
          () ->
              new Finding(
                  trial.model().description() + ", settings " + still.settings(),
                  "update 0 at step " + step,
                  s.updates().toString(),
                  Mistakes.ofUpdate(s, trial.start())));
    }
  }
}
