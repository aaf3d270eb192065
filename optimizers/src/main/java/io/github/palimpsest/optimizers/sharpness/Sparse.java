package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;

/**
 * A wrapping optimizer that acts on some steps alone; on the others its base steps, with the same
 * state. A step t of T, counted from 0, is one of the some if
 *
 * <pre>
 *   t is a multiple of k,   from T &lt;= t &lt; until T,   and the task is the first, or tasks=all
 * </pre>
 *
 * <p>SAM before fine-tuning alone (Watts et al. 2026, arXiv:2605.02105), after a warm start
 * (arXiv:2509.21818) and on every k-th step are three cases of it. Rule OPT-04.
 */
record Sparse(Wrapper sharp, int k, double from, double until, Tasks tasks) implements Optimizer {
  /** In which tasks it acts. */
  enum Tasks {
    /** In each. */
    ALL,
    /** In the first alone. */
    FIRST,
    /** In each but the first. */
    LATER
  }

  static final Setting<Optimizer> INNER =
      Setting.optimizer("inner", "sam", "the wrapping optimizer that acts on some steps");
  static final Setting<Integer> K =
      Setting.integer("k", 1, 1, Integer.MAX_VALUE, "steps from one action to the next");
  static final Setting<Double> FROM =
      Setting.real("from", 0, 0, 1, "share of the task's steps before the first action");
  static final Setting<Double> UNTIL =
      Setting.real("until", 1, 0, 1, "share of the task's steps before the last action");
  static final Setting<Tasks> TASKS =
      Setting.choice("tasks", Tasks.class, Tasks.ALL, "in which tasks it acts");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "sparse",
              "Lets a wrapping optimizer act on some steps or tasks alone, and its base on the rest",
              "inner where t is a multiple of k, from T <= t < until T and the task is one of tasks;"
                  + " otherwise the base of inner")
          .settings(INNER, K, FROM, UNTIL, TASKS)
          .traits(Sparse::traits)
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
        "Watts et al. 2026 (arXiv:2605.02105): SAM in pre-training alone");
  }

  private static Sparse create(Settings s) {
    if (!(s.get(INNER) instanceof Wrapper wrapper)) {
      throw new PalimpsestException(
          "setting 'inner' of 'sparse': '"
              + s.nested(INNER).orElseThrow().id()
              + "' wraps no other optimizer that could take the steps in between");
    }
    return new Sparse(wrapper, s.get(K), s.get(FROM), s.get(UNTIL), s.get(TASKS));
  }

  private boolean acts(int task, long step, long total) {
    boolean inTask = tasks == Tasks.ALL || (tasks == Tasks.FIRST) == (task == 0);
    return inTask && step % k == 0 && step >= from * total && step < until * total;
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
