package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.RegularizerRule.REG_01;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_02;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_03;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_05;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_07;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_11;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_14;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_16;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_17;
import static io.github.palimpsest.tck.rule.RegularizerRule.REG_18;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.checks.RegularizerTrial.Done;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OneKept;
import io.github.palimpsest.tck.rig.PlainSteps;
import io.github.palimpsest.tck.rig.RegularizerRig;
import io.github.palimpsest.tck.rig.RegularizerRig.Penalty;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Checks of regularizers: the zeros of the penalty, and its dependencies. */
final class RegularizerChecks implements KindChecks {
  private static final int TASKS = 4;

  private final RegularizerTrial trial;
  private final Map<Boolean, List<Named>> trainedWithout = new TreeMap<>();
  private final Map<Boolean, List<Named>> trainedWith = new TreeMap<>();

  RegularizerChecks(Subject<Regularizer> subject) {
    trial = new RegularizerTrial(subject);
  }

  @Override
  public Map<Rule, Trial> trials() {
    Map<Rule, Trial> all = new LinkedHashMap<>(new PenaltyChecks(trial).trials());
    all.put(REG_01, this::penaltyIsAScalarAndZeroAtFirst);
    all.put(REG_02, this::aTaskAddsNothingAtItsOwnWeights);
    all.put(REG_03, this::penaltyDependsOnThePointPassed);
    all.put(REG_05, new TaskMemoryChecks(trial)::anchorDoesNotMove);
    all.put(REG_07, this::tasksCountAsPromised);
    all.put(REG_11, this::noStrengthNoEffect);
    all.put(REG_14, this::memoryIsDeclared);
    all.put(REG_16, new TokenWeightChecks(trial)::weightsDoNotDependOnMicroBatches);
    all.put(REG_17, new ConstraintChecks(trial)::aConstraintTakesAwayAndAddsNothing);
    all.put(REG_18, new TrackedPasses(trial)::areDeclared);
    return all;
  }

  @Override
  public String behaviour() {
    Regularizer own = trial.subject().create();
    Named point = trial.moved(trial.anchor(1), 0.1, 5);
    List<Done> tasks = List.of(trial.done(0), trial.done(1));
    SortedMap<String, WeightSnapshot> memories = trial.remembered(own, tasks);
    try (RegularizerRig rig = trial.bound(own, tasks, memories)) {
      Penalty v = rig.at(point, trial.anchor(0), trial.batch());
      return v.first() + " " + v.second() + " " + v.gradient() + " " + memories.keySet();
    }
  }

  @Override
  public List<Supplier<String>> effects() {
    return trial.effects();
  }

  @Override
  public void close() {
    trial.close();
  }

  private void penaltyIsAScalarAndZeroAtFirst() {
    RegularizerRig before = trial.after(0);
    Expect.that(
        before.shape().numDimensions() == 0,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE, "a scalar", "a tensor of shape " + before.shape()));
    boolean later = trial.subject().traits().onset() == Onset.LATER_TASKS;
    for (int seed = 0; seed < 3 && later; seed++) {
      Penalty v = trial.at(before, trial.moved(trial.anchor(0), 0.3, seed));
      Expect.that(
          v.first() == 0 && v.gradient().zero(),
          () ->
              new Finding(
                  RegularizerTrial.FIXTURE + ", before the first task is finished",
                  "penalty 0, gradient 0",
                  "penalty " + v.first() + ", gradient of norm " + v.gradient().norm(),
                  v.gradient().zero() ? "a constant that is added" : ""));
    }
    for (int seed = 0; seed < 5; seed++) {
      Penalty v = trial.at(trial.after(1), trial.moved(trial.anchor(0), 0.3 * seed, seed));
      Expect.that(
          Double.isFinite(v.first()) && v.first() >= 0 && v.gradient().finite(),
          () ->
              new Finding(
                  RegularizerTrial.FIXTURE + ", after one task",
                  "a finite penalty of at least 0, and a finite gradient",
                  "penalty " + v.first()));
    }
    trial.withOtherWords().forEach(RegularizerChecks::penaltyIsNotNegative);
    trial.subject().atRangeEnds().forEach(RegularizerChecks::penaltyIsNotNegative);
    Named nothing = trial.importance(0).scale(0);
    List<Done> flat =
        List.of(new Done(trial.anchor(0), nothing), new Done(trial.anchor(1), nothing));
    isNotNegative(
        trial.penaltyAfter(flat, somewhere(trial)),
        ", after two tasks without any gradient, settings " + trial.subject().settings(),
        "a division by an importance that is all 0");
  }

  private static Named somewhere(RegularizerTrial trial) {
    return trial.moved(trial.anchor(0), 0.3, 1);
  }

  private static void penaltyIsNotNegative(Subject<Regularizer> end) {
    try (RegularizerTrial trial = new RegularizerTrial(end)) {
      penaltyIsNotNegative(trial);
    } catch (PalimpsestException e) {
      return; // it refuses this end of a range
    }
  }

  private static void penaltyIsNotNegative(RegularizerTrial trial) {
    isNotNegative(
        trial.after(2).penalty(somewhere(trial), trial.batch()),
        ", after two tasks, settings " + trial.subject().settings(),
        "");
  }

  private static void isNotNegative(double penalty, String where, String typical) {
    Expect.that(
        Double.isFinite(penalty) && penalty >= 0,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + where,
                "a finite penalty of at least 0",
                "penalty " + penalty,
                typical));
  }

  private void aTaskAddsNothingAtItsOwnWeights() {
    NotApplicable.unless(trial.subject().promises(Promise.ZERO_AT_ANCHOR), Feature.ANCHOR);
    Named a0 = trial.anchor(0);
    Penalty there = trial.at(trial.after(1), a0);
    Penalty away = trial.at(trial.after(1), trial.moved(a0, 0.1, 3));
    double small = 1e-4 * trial.subject().tolerance();
    Expect.that(
        Math.abs(there.first()) <= small * away.first()
            && there.gradient().norm() <= small * away.gradient().norm(),
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", after one task, at its own weights",
                "penalty 0, gradient 0",
                "penalty "
                    + there.first()
                    + ", gradient of norm "
                    + there.gradient().norm()
                    + "; nearby "
                    + away.first()));
    for (int task = 1; task < TASKS; task++) {
      addsNothing(task, small, away.first());
    }
  }

  /** At its own weights a task must not raise the penalty of the tasks before it. */
  private void addsNothing(int task, double small, double away) {
    Named own = trial.anchor(task);
    double demandedBefore = trial.penalty(trial.after(task), own);
    double now = trial.penalty(trial.after(task + 1), own);
    double old = trial.penalty(trial.after(task + 1), trial.anchor(task - 1));
    Expect.that(
        now <= demandedBefore * (1 + small) + small * away,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", after task " + task + ", at its own weights",
                "at most the " + demandedBefore + " of the earlier tasks' penalty there",
                "penalty " + now + "; at the weights of task " + (task - 1) + " " + old,
                old <= small * now ? "the anchor of the previous task: off by one" : ""));
  }

  private void penaltyDependsOnThePointPassed() {
    RegularizerRig rig = trial.after(1);
    Named x = trial.moved(trial.anchor(0), 0.1, 1);
    Named y = trial.moved(trial.anchor(0), 0.3, 2);
    double secondAtY = rig.at(x, y, trial.batch()).second();
    double firstAtY = rig.at(y, x, trial.batch()).first();
    double firstAtX = rig.at(x, y, trial.batch()).first();
    Expect.that(
        Math.abs(secondAtY - firstAtY) <= 1e-6 * Math.abs(firstAtY),
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", penalty built at x and then at y in one graph",
                "at y " + firstAtY,
                "" + secondAtY,
                secondAtY == firstAtX ? "exactly the penalty at x, built first" : ""));
  }

  private void tasksCountAsPromised() {
    countsAsPromised(2, 0);
    for (int task = 0; task < TASKS - 1; task++) {
      countsAsPromised(TASKS, task);
    }
  }

  /**
   * Whether the penalty after some tasks depends on one of the earlier ones. Another importance
   * shows nothing where both are cut to one value, so one with zeros is tried as well.
   */
  private void countsAsPromised(int tasks, int varied) {
    boolean all = trial.subject().promises(Promise.COUNTS_ALL_TASKS);
    Named elsewhere = trial.moved(trial.anchor(varied), 0.4, 9);
    Variant one = countsIn(tasks, varied, new Done(elsewhere, trial.importance(7)));
    Variant shown =
        one.counts()
            ? one
            : countsIn(tasks, varied, new Done(elsewhere, trial.importanceWithZeros(7)));
    Expect.that(
        shown.counts() == all,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE
                    + ", "
                    + tasks
                    + " tasks, task "
                    + varied
                    + " in two variants",
                all
                    ? "penalties or constraints that differ: every finished task counts"
                    : "equal penalties: COUNTS_ALL_TASKS is not promised, so only the last task"
                        + " counts",
                shown.one() + " and " + shown.two(),
                all ? "a later task's memory written over that of task " + varied : ""));
  }

  /**
   * What another variant of a task changes.
   *
   * @param one the penalty with the usual tasks
   * @param two the penalty with the variant
   * @param counts whether the penalties, or the constrained gradients, differ
   */
  private record Variant(double one, double two, boolean counts) {}

  private Variant countsIn(int tasks, int varied, Done variant) {
    Named point = trial.moved(trial.anchor(tasks - 1), 0.15, 6);
    double one = trial.penalty(trial.after(tasks), point);
    List<Done> others =
        IntStream.range(0, tasks).mapToObj(t -> t == varied ? variant : trial.done(t)).toList();
    double two = trial.penaltyAfter(others, point);
    Named g = trial.gradient(tasks);
    Optional<Named> constrained = trial.after(tasks).constrained(g);
    boolean constrains =
        constrained.isPresent()
            && !trial.constrainedAfter(others, g).map(constrained.get()::same).orElse(false);
    return new Variant(
        one,
        two,
        constrains || Math.abs(one - two) > 1e-6 * Math.max(Math.abs(one), Math.abs(two)));
  }

  private void memoryIsDeclared() {
    int tasks = 3;
    long parameters = trial.specs().stream().mapToLong(p -> p.shape().size()).sum();
    SortedMap<String, WeightSnapshot> memories =
        trial.remembered(
            trial.subject().create(), List.of(trial.done(0), trial.done(1), trial.done(2)));
    double elements = 0;
    for (WeightSnapshot m : memories.values()) {
      elements += m.names().stream().mapToLong(n -> m.shape(n).size()).sum();
    }
    double measured = elements / parameters / tasks;
    double declared = trial.subject().traits().cost().snapshotsPerTask();
    Expect.that(
        measured <= declared * 1.05,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", three tasks, " + memories.keySet(),
                "at most " + declared + " copies of the weights a task, as declared",
                String.format(Locale.ROOT, "%.3f", measured)));
    long drawn = trial.after(1).drawnFloats();
    long stated =
        trial.subject().create().drawn(trial.specs()).stream().mapToLong(Shape::size).sum();
    Expect.that(
        drawn <= stated,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", after one task",
                "at most " + stated + " numbers that are drawn, as declared",
                drawn + " numbers"));
  }

  @Override
  public void absentUntilItsOnset() {
    NotApplicable.unless(trial.subject().traits().onset() != Onset.FIRST_TASK, Feature.LATE_ONSET);
    Expect.that(
        !trial.tracks(),
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", onset " + trial.subject().traits().onset(),
                "no need for anything from the first task",
                "it reads slots that it tracked during the first task",
                "FIRST_TASK: a run may take over a first task that was trained without it"));
    Named absent = without(false).get(0);
    Named with = with(false).get(0);
    Expect.that(
        with.same(absent),
        () ->
            new Finding(
                "the first task of a Llama, onset " + trial.subject().traits().onset(),
                "the weights without it: " + absent,
                with.toString(),
                "a penalty before any task is finished"));
  }

  private void noStrengthNoEffect() {
    Optional<Subject<Regularizer>> off = trial.withStrength(0);
    boolean isOff = off.map(s -> s.settings().equals(trial.subject().settings())).orElse(false);
    Expect.that(
        isOff || hasAnEffect(false) || hasAnEffect(true),
        () ->
            new Finding(
                "two tasks of a Llama, without rehearsal and with it, settings "
                    + trial.subject().settings(),
                "weights other than without it",
                "the same bits: " + without(false).get(1),
                "a penalty that has no effect"));
    NotApplicable.unless(off.isPresent(), Feature.STRENGTH);
    Penalty later = afterFourTasks(off.orElseThrow());
    // before any training, which ends without a word on the strength where the loss is no number
    atStrengthZero(Double.isFinite(later.first()), off.orElseThrow(), later);
    noEffectAtStrengthZero(off.orElseThrow(), false);
    noEffectAtStrengthZero(off.orElseThrow(), true);
    atStrengthZero(later.gradient().zero(), off.orElseThrow(), later);
  }

  /** What is remembered at strength 0 may become infinite, and 0 times that is no 0. */
  private static Penalty afterFourTasks(Subject<Regularizer> off) {
    try (RegularizerTrial none = new RegularizerTrial(off)) {
      return none.at(none.after(TASKS), somewhere(none));
    }
  }

  private static void atStrengthZero(boolean holds, Subject<Regularizer> off, Penalty actual) {
    Expect.that(
        holds,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", after four tasks, settings " + off.settings(),
                "a finite penalty without a gradient",
                "penalty " + actual.first() + ", gradient of norm " + actual.gradient().norm(),
                Double.isNaN(actual.first()) ? "a division by the strength" : ""));
  }

  private boolean hasAnEffect(boolean rehearsing) {
    return !with(rehearsing).get(1).same(without(rehearsing).get(1));
  }

  private void noEffectAtStrengthZero(Subject<Regularizer> off, boolean rehearsing) {
    Named absent = without(rehearsing).get(1);
    Named zero = trained(Optional.of(off.create()), rehearsing).get(1);
    Expect.that(
        zero.same(absent),
        () ->
            new Finding(
                "two tasks of a Llama"
                    + (rehearsing ? " with rehearsal" : "")
                    + ", settings "
                    + off.settings(),
                "the weights without it: " + absent,
                zero.toString()));
  }

  private List<Named> without(boolean rehearsing) {
    return trainedWithout.computeIfAbsent(rehearsing, r -> trained(Optional.empty(), r));
  }

  private List<Named> with(boolean rehearsing) {
    return trainedWith.computeIfAbsent(
        rehearsing, r -> trained(Optional.of(trial.subject().create()), r));
  }

  /** The weights after each of two tasks. */
  private List<Named> trained(Optional<Regularizer> regularizer, boolean rehearsing) {
    MiniLlama model = trial.model();
    Seats plain = Seats.of(PlainSteps.of(1e-3));
    Seats adapted = trial.adapter().map(plain::with).orElse(plain);
    Seats seats = rehearsing ? adapted.with(new OneKept()) : adapted;
    List<TaskData> tasks = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      tasks.add(TaskData.of(t, "task-" + t, MiniLlama.examples(t, 3)));
    }
    TaskLoop loop =
        new TaskLoop(
            model,
            model.start().snapshot(model.parameters()),
            regularizer.map(r -> seats.with("0-subject", r)).orElse(seats),
            Training.epochs(1, 1),
            7,
            tasks,
            Device.CPU,
            null);
    List<Named> after = new ArrayList<>();
    for (int t = 0; t < tasks.size(); t++) {
      loop.train(StepListener.NONE);
      after.add(Named.of(loop.weights()));
    }
    return after;
  }
}
