package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.recipe.Schedules;
import io.github.palimpsest.api.recipe.Value;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An optimizer that delegates to another one and therefore has that optimizer's phases. SAM over
 * any base is one method:
 *
 * <pre>{@code
 * public Updates updates(StepContext c) {
 *   Ops tf = c.tf();
 *   GradientOracle perturbed =
 *       (w, terms, of) -> {
 *         Tensors g = c.oracle().at(w, terms, of).gradients().tensors();
 *         return c.oracle().at(w.plus(tf, Ascent.toRadius(tf, g, c.scheduled(rho))), terms, of);
 *       };
 *   return base.updates(Wrapper.inner(c).withOracle(perturbed));
 * }
 * }</pre>
 *
 * <p>The base is built in its own phase and with its own slots.
 */
@Stable(since = "0.1")
public interface Wrapper extends Optimizer {
  /** The wrapped optimizer as a setting. */
  Setting<Optimizer> BASE =
      Setting.optimizer("base", "adamw", "the optimizer that is given the gradient");

  /** The wrapped optimizer. */
  Optimizer base();

  /** The context of the wrapped optimizer, with its own slots. */
  static StepContext inner(StepContext c) {
    return c.scope(BASE.key());
  }

  /** The declared cost of the wrapped optimizer in these settings. */
  static Cost baseCost(Settings settings) {
    return settings.nested(BASE).orElseThrow().traits().cost();
  }

  /**
   * An oracle that accepts one call per step, for techniques whose state would otherwise change
   * several times in one step.
   *
   * @param id the technique that uses the oracle
   */
  static GradientOracle once(String id, GradientOracle oracle) {
    AtomicBoolean asked = new AtomicBoolean();
    return (point, terms, of) -> {
      if (asked.getAndSet(true)) {
        throw askedTwice(id);
      }
      return oracle.at(point, terms, of);
    };
  }

  /** The only element that an oracle collected. */
  static <T> T only(List<T> collected, String id) {
    if (collected.size() != 1) {
      throw askedTwice(id);
    }
    return collected.get(0);
  }

  /**
   * Rejects a base with several gradients, before anything is built, for a technique whose state
   * would otherwise change several times in one step.
   *
   * @param id the technique that wraps the base
   * @throws RuleViolationException if the base does not make exactly one pass per step; names both
   *     and the rule {@code one-gradient}
   */
  static void requireOneGradient(String id, Settings settings) {
    Component<?> base = settings.nested(BASE).orElseThrow();
    if (base.traits().cost().passesPerStep() != 1) {
      throw new RuleViolationException(
          "one-gradient",
          "'"
              + id
              + "' and '"
              + several(base).id()
              + "' cannot be combined this way: '"
              + id
              + "' wraps an optimizer that asks for one gradient a step, and '"
              + several(base).id()
              + "' makes "
              + new Value.Num(Math.round(100 * base.traits().cost().passesPerStep()) / 100.0)
              + " passes (rule one-gradient)");
    }
  }

  /** The innermost optimizer that makes several passes. */
  private static Component<?> several(Component<?> base) {
    return base.nested().values().stream()
        .filter(c -> c.traits().cost().passesPerStep() != 1)
        .findFirst()
        .map(Wrapper::several)
        .orElse(base);
  }

  /** The learning rate of an optimizer or of its wrapped optimizer; empty if there is none. */
  static Optional<Schedules.Named> rate(Component<?> optimizer) {
    Value lr = optimizer.settings().canonical().get("lr");
    return lr == null
        ? optimizer.nested().values().stream().findFirst().flatMap(Wrapper::rate)
        : Optional.of(Schedules.parse(lr));
  }

  private static RuleViolationException askedTwice(String id) {
    return new RuleViolationException(
        "one-gradient",
        "'"
            + id
            + "' wraps an optimizer that asks for exactly one gradient a step, and its base asks"
            + " for another number (rule one-gradient)");
  }

  /**
   * The traits of a wrapper.
   *
   * @param passes forward-and-backward passes for each pass of the base
   * @param slots floats kept for each parameter in addition to the base's
   */
  static Traits traits(Settings settings, double passes, double slots, String... references) {
    Cost base = baseCost(settings);
    Cost cost =
        Cost.passes(passes * base.passesPerStep())
            .slots(slots + base.slotsPerParameter())
            .snapshots(base.snapshotsPerTask());
    return Traits.of(Onset.FIRST_TASK, cost, references);
  }

  @Override
  default boolean trains(ParameterSpec parameter) {
    return base().trains(parameter);
  }

  @Override
  default int phases() {
    return base().phases();
  }

  @Override
  default int phaseOf(int task, long step, long totalSteps) {
    return base().phaseOf(task, step, totalSteps);
  }
}
