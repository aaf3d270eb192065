package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_08;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_09;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_12;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_22;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_28;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_29;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_30;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.rig.FunctionModel;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rig.OptimizerRig.Beside;
import io.github.palimpsest.tck.rig.OptimizerRig.Start;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import io.github.palimpsest.tck.rig.TemporaryFolder;
import io.github.palimpsest.tck.rule.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The checks of the state of an optimizer. */
final class OptimizerStateChecks {
  /** Long enough for state that acts every few steps. */
  private static final int STEPS = 12;

  private static final long SEED = 7;

  private final OptimizerTrial trial;

  OptimizerStateChecks(OptimizerTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(
        OPT_08, this::stateCarriesOver,
        OPT_09, this::instancesShareNoState,
        OPT_12, this::slotsAreDeclared,
        OPT_22, this::resumesBitEqual,
        OPT_28, new DeclaredSlotChecks(trial)::shapes,
        OPT_29, new DeclaredSlotChecks(trial)::starts,
        OPT_30, new DeclaredSlotChecks(trial)::memory);
  }

  private double declaredSlots() {
    return new DeclaredSlotChecks(trial).perParameter(trial.specs());
  }

  private void stateCarriesOver() {
    OptimizerRig rig = trial.rig();
    boolean stateful = declaredSlots() > 0;
    Expect.that(
        stateful || rig.slotElements() == 0,
        () ->
            new Finding(
                trial.fixture(),
                "no slots, since none are declared",
                rig.slotElements()
                    + " elements in slots such as "
                    + rig.slotNames().iterator().next()));
    boolean carried = trial.tasks().stream().anyMatch(task -> dependsOnItsHistory(rig, task));
    Expect.that(
        stateful == carried,
        () ->
            new Finding(
                trial.fixture() + ", equal gradients after two different histories",
                stateful
                    ? "updates, or points of oracle calls, that differ at one of "
                        + STEPS
                        + " steps: declared are "
                        + declaredSlots()
                        + " slots a parameter"
                    : "equal updates and points",
                stateful ? "equal updates and points at every step" : "some that differ",
                stateful ? "state that is read and never set, or never used" : "hidden state"));
    Set<String> never = rig.neverSet();
    Expect.that(
        never.isEmpty(),
        () ->
            new Finding(
                trial.fixture(),
                "each slot that is read is set in some phase",
                "never set: " + never,
                "Slots.next left out: the slot keeps its first values"));
  }

  /** Whether a step of a task depends on the gradients of the steps before it. */
  private boolean dependsOnItsHistory(OptimizerRig rig, int task) {
    List<Step> one = fed(rig, 0, task);
    List<Step> other = fed(rig, 2.5, task);
    boolean depends = false;
    for (int t = 1; t < STEPS; t++) {
      // the same gradient at the same step, after two different histories
      Start now = trial.fresh().in(task).scaled(0).adding(trial.gradients(t, 8, 0));
      Step a = rig.step(now.after(t, one.get(t - 1).slots()));
      Step b = rig.step(now.after(t, other.get(t - 1).slots()));
      finite(a, t, task);
      finite(b, t, task);
      depends |= !a.updates().same(b.updates()) || asksElsewhere(a, b);
    }
    return depends;
  }

  /** A NaN differs from every number, which is no sign of a state. */
  private static void finite(Step step, int t, int task) {
    Expect.that(
        step.updates().finite(),
        () ->
            new Finding(
                "given gradients, step " + t + OptimizerTrial.in(task),
                "a finite update: nothing follows from another one",
                step.updates().toString()));
  }

  /** Whether some oracle call is at another point: state may act on the ascent alone. */
  private static boolean asksElsewhere(Step a, Step b) {
    for (int k = 0; k < a.asked().size(); k++) {
      if (!a.asked().get(k).point().same(b.asked().get(k).point())) {
        return true;
      }
    }
    return false;
  }

  /** Steps at fixed weights with given gradients. */
  private List<Step> fed(OptimizerRig rig, double shift, int task) {
    List<Step> steps = new ArrayList<>();
    Start start = trial.fresh().in(task).scaled(0);
    for (int t = 0; t < STEPS; t++) {
      Step s = rig.step(start.adding(trial.gradients(t, 8, shift)));
      steps.add(s);
      start = start.after(t + 1L, s.slots());
    }
    return steps;
  }

  /**
   * Builds two optimizers side by side and returns the updates of the first.
   *
   * @param others the updates of the second, by phase
   */
  private record Pair(Optimizer first, Optimizer second, Map<Integer, Tensors> others)
      implements Optimizer {
    @Override
    public Updates updates(StepContext c) {
      Updates one = first.updates(c.scope("one"));
      // a fetch needs an output of its own: an update may be an operand that is fed
      others.put(c.phase(), second.updates(c.scope("two")).tensors().map(c.tf()::identity));
      return one;
    }

    @Override
    public int phases() {
      return first.phases();
    }

    @Override
    public int phaseOf(int task, long step, long totalSteps) {
      return first.phaseOf(task, step, totalSteps);
    }
  }

  private void instancesShareNoState() {
    Pair pair = new Pair(trial.subject().create(), trial.subject().create(), new TreeMap<>());
    try (OptimizerRig both = trial.rigOf(pair)) {
      Start first = trial.fresh().scaled(0);
      Start second = first;
      Start paired = first;
      for (int t = 0; t < STEPS; t++) {
        int phase = trial.phaseOf(t);
        int calls = trial.rig().calls(phase);
        List<Named> own = trial.gradients(t, calls, 0);
        List<Named> neighbours = trial.gradients(t, calls, 4.1);
        List<Named> all = new ArrayList<>(own);
        all.addAll(neighbours);
        Step one = trial.rig().step(first.adding(own));
        Step two = trial.rig().step(second.adding(neighbours));
        Beside actual = both.step(paired.adding(all), pair.others().get(phase));
        asIfAlone(t, one.updates(), actual.step().updates());
        asIfAlone(t, two.updates(), actual.others());
        first = first.after(t + 1L, one.slots());
        second = second.after(t + 1L, two.slots());
        paired = paired.after(t + 1L, actual.step().slots());
      }
    }
  }

  private static void asIfAlone(int step, Named expected, Named actual) {
    Expect.that(
        expected.same(actual),
        () ->
            new Finding(
                "two objects in one graph, each with gradients of its own",
                "at step " + step + " the update as if alone: " + expected,
                actual.toString()));
  }

  private void slotsAreDeclared() {
    MiniLlama model = new MiniLlama();
    long parameters = model.parameters().stream().mapToLong(p -> p.shape().size()).sum();
    try (OptimizerRig rig =
        new OptimizerRig(model, MiniLlama.examples(0, 4), trial.subject().create())) {
      long constants = rig.bench().constants();
      double measured = (double) (rig.slotElements() + constants) / parameters;
      double declared = new DeclaredSlotChecks(trial).perParameter(model.parameters());
      Expect.that(
          measured <= 1.05 * declared,
          () ->
              new Finding(
                  "a Llama of two layers with " + parameters + " parameters",
                  "at most " + declared + " slots a parameter, as declared",
                  String.format(
                      Locale.ROOT,
                      "%.3f: %d elements, and %d in constants",
                      measured,
                      rig.slotElements(),
                      constants),
                  constants > 0 ? "a tensor as large as a parameter among the constants" : ""));
    }
  }

  private void resumesBitEqual() throws IOException {
    int steps = 6;
    Named uninterrupted = finished(null, steps);
    try (TemporaryFolder folder = new TemporaryFolder()) {
      interrupted(folder.path(), steps, 1);
      interrupted(folder.path(), steps, 4);
      Named resumed = finished(folder.path(), steps);
      Expect.that(
          resumed.same(uninterrupted),
          () ->
              new Finding(
                  trial.fixture() + ", stopped after steps 1 and 4 of " + steps,
                  uninterrupted.toString(),
                  resumed.toString(),
                  "state outside the slots, which a fresh object does not have, or a random source"
                      + " of its own"));
    }
  }

  /** Stops a run before its end. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void interrupted(Path folder, int steps, int after) {
    StepListener listener =
        (task, step, total, loss) -> {
          if (step == after) {
            throw new Stopped();
          }
        };
    try {
      loop(folder, steps).train(listener);
    } catch (Stopped e) {
      return;
    }
    throw new IllegalStateException("step " + after + " of " + steps + " was never reached");
  }

  private Named finished(@Nullable Path folder, int steps) {
    TaskLoop loop = loop(folder, steps);
    loop.train(StepListener.NONE);
    return Named.of(loop.weights());
  }

  private TaskLoop loop(@Nullable Path folder, int steps) {
    FunctionModel model = trial.inEngine(trial.model());
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      examples.add(FunctionModel.example("task-0/" + i));
    }
    return new TaskLoop(
        model,
        model.start().snapshot(model.parameters()),
        Seats.of(trial.subject().create()),
        new Training(1, 0, 1, 1, 1),
        SEED,
        List.of(TaskData.of(0, "task-0", examples)),
        Device.CPU,
        folder);
  }
}
