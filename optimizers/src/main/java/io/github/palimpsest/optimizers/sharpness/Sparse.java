package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.ParameterSpec;

/**
 * A wrapping optimizer that acts only on some steps; on the others its base makes the step, with
 * the same state. It acts on step t of T, counted from 0, if
 *
 * <pre>
 *   t is a multiple of k,   from T &lt;= t &lt; until T,   and the task is the first, or tasks=all
 * </pre>
 *
 * <p>SAM only before fine-tuning (Watts et al. 2026, arXiv:2605.02105), after a warm start
 * (arXiv:2509.21818) and on every k-th step are three cases of this. Rule OPT-04.
 */
record Sparse(Wrapper sharp, int k, double from, double until, ActingTasks tasks)
    implements Optimizer {
  static final Setting<Optimizer> INNER =
      Setting.optimizer("inner", "sam", "the wrapping optimizer that acts on some steps");
  static final Setting<Integer> K =
      Setting.integer("k", 1, 1, Integer.MAX_VALUE, "steps from one action to the next");
  static final Setting<Double> FROM =
      Setting.real("from", 0, 0, 1, "share of the task's steps before the first action");
  static final Setting<Double> UNTIL =
      Setting.real("until", 1, 0, 1, "share of the task's steps before the last action");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "sparse",
              "Lets a wrapping optimizer act only on some steps or tasks, and its base on the"
                  + " others",
              "inner where t is a multiple of k, from T <= t < until T and the task is one of"
                  + " tasks; otherwise the base of inner")
          .settings(INNER, K, FROM, UNTIL, ActingTasks.TASKS)
          .traits(Sparse::traits)
          .with(OptimizerByTask.class, Sparse::in)
          .creates(Sparse::create);

  private static Traits traits(Settings s) {
    Cost all = s.nested(INNER).orElseThrow().traits().cost();
    double base =
        s.nested(INNER).orElseThrow().nested().values().stream()
            .mapToDouble(b -> b.traits().cost().passesPerStep())
            .findFirst()
            .orElse(all.passesPerStep());
    double share = Math.max(0, s.get(UNTIL) - s.get(FROM)) / s.get(K);
    double passes = base + share * (all.passesPerStep() - base);
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.passes(passes).slots(all.slotsPerParameter()).snapshots(all.snapshotsPerTask()),
        "Watts et al. 2026 (arXiv:2605.02105): SAM only in pre-training");
  }

  private static Component<Optimizer> in(Component<Optimizer> whole, int task) {
    Settings s = whole.settings();
    Component<Optimizer> inner = ActingTasks.base(whole, INNER);
    if (!s.get(ActingTasks.TASKS).include(task)) {
      boolean usual = inner.provider().settings().contains(Wrapper.BASE);
      return usual ? ActingTasks.base(inner, Wrapper.BASE) : whole;
    }
    boolean always = s.get(K) == 1 && s.get(FROM) == 0 && s.get(UNTIL) == 1;
    return always ? inner : ActingTasks.in(whole, s.get(ActingTasks.TASKS));
  }

  private static Sparse create(Settings s) {
    if (s.get(FROM) > s.get(UNTIL)) {
      throw new PalimpsestException(
          "setting 'from' of 'sparse': %s must be at most until=%s, or it never acts"
              .formatted(s.get(FROM), s.get(UNTIL)));
    }
    Optimizer inner = s.get(INNER);
    if (inner instanceof Sparse) {
      throw new PalimpsestException(
          "setting 'inner' of 'sparse': '"
              + s.nested(INNER).orElseThrow().id()
              + "' acts in some tasks or steps already; give these settings to 'sparse' alone");
    }
    if (!(inner instanceof Wrapper wrapper)) {
      throw new PalimpsestException(
          "setting 'inner' of 'sparse': '"
              + s.nested(INNER).orElseThrow().id()
              + "' wraps no other optimizer that could take the steps in between");
    }
    return new Sparse(wrapper, s.get(K), s.get(FROM), s.get(UNTIL), s.get(ActingTasks.TASKS));
  }

  private boolean acts(int task, long step, long total) {
    return tasks.include(task) && step % k == 0 && step >= from * total && step < until * total;
  }

  @Override
  public boolean trains(ParameterSpec p) {
    return sharp.trains(p);
  }

  /** First the phases of the whole, then those of its base. */
  @Override
  public int phases() {
    return sharp.phases() + sharp.base().phases();
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return acts(task, step, totalSteps)
        ? sharp.phaseOf(task, step, totalSteps)
        : sharp.phases() + sharp.base().phaseOf(task, step, totalSteps);
  }

  @Override
  public Updates updates(StepContext c) {
    StepContext inner = c.scope(INNER.key());
    return c.phase() < sharp.phases()
        ? sharp.updates(inner)
        : sharp.base().updates(Wrapper.inner(inner).withPhase(c.phase() - sharp.phases()));
  }
}
