package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_13;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.NotedBase;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The checks of optimizers that wrap another one; here they wrap a base of the kit. */
final class OptimizerWrapChecks {
  private static final long STEPS = OptimizerRig.TOTAL_STEPS;

  /** The number of steps need not be a multiple of the cycle of phases. */
  private static final double REST = 10.0 / STEPS;

  private final OptimizerTrial trial;

  OptimizerWrapChecks(OptimizerTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(OPT_13, this::theBaseIsHandedTheStep);
  }

  /**
   * The subject around the kit's base.
   *
   * @param built the builds of the base, by the phase of the wrapper
   * @param rig the wrapper in its graph
   */
  private record Wrapped(
      Subject<Optimizer> subject,
      Optimizer wrapper,
      NotedBase base,
      Map<Integer, List<NotedBase.Built>> built,
      OptimizerRig rig) {
    String fixture() {
      return "around a base of 2 phases and " + base.passes() + " passes: " + subject.settings();
    }
  }

  private void theBaseIsHandedTheStep() {
    Wrapped slow =
        wrapped(new NotedBase(0.1, 1)).orElseThrow(() -> new NotApplicable(Feature.BASE));
    try (OptimizerRig rig = slow.rig()) {
      inTheBasesOwnPhase(slow);
      withParametersThatFit(slow);
      withSlotsOfItsOwn(slow, rig);
      passesAreDeclared(slow);
      itsUpdateCounts(rig);
    }
    Optional<Wrapped> twice = wrapped(new NotedBase(0.1, 2));
    if (twice.isPresent()) { // a wrapper may refuse a base of several gradients
      twice.get().rig().close(); // building the step is what counts its passes
      passesAreDeclared(twice.get());
    }
  }

  private void inTheBasesOwnPhase(Wrapped w) {
    trial.tasks().forEach(task -> inTheBasesOwnPhase(w, task));
  }

  private static void inTheBasesOwnPhase(Wrapped w, int task) {
    for (long t = 0; t < STEPS; t++) {
      int wanted = w.base().phaseOf(task, t, STEPS);
      long step = t;
      for (NotedBase.Built b :
          w.built().getOrDefault(w.wrapper().phaseOf(task, t, STEPS), List.of())) {
        Expect.that(
            b.phase() == wanted,
            () ->
                new Finding(
                    w.fixture() + OptimizerTrial.in(task),
                    "at step " + step + " the base is built in its phase " + wanted,
                    "in phase " + b.phase(),
                    w.wrapper().phases() < w.base().phases()
                        ? "phases() and phaseOf() of the base are not handed on"
                        : ""));
      }
    }
  }

  private void withParametersThatFit(Wrapped w) {
    w.built().values().stream()
        .flatMap(List::stream)
        .forEach(
            b ->
                Expect.that(
                    b.parameters().equals(b.specified())
                        && b.answered().equals(new HashSet<>(b.parameters())),
                    () ->
                        new Finding(
                            w.fixture(),
                            "specifications and gradients for the parameters " + b.parameters(),
                            "specifications of "
                                + b.specified()
                                + ", gradients of "
                                + new TreeSet<>(b.answered()))));
  }

  private void withSlotsOfItsOwn(Wrapped w, OptimizerRig rig) {
    List<String> bare =
        rig.slotNames().stream().filter(n -> n.startsWith(NotedBase.SLOT + ":")).toList();
    Expect.that(
        bare.isEmpty(),
        () ->
            new Finding(
                w.fixture(),
                "slots of the base in a scope of their own, such as base/" + NotedBase.SLOT,
                "among those of the wrapper: " + bare,
                "wrapper and base would share a slot of that name"));
  }

  private void passesAreDeclared(Wrapped w) {
    trial.tasks().forEach(task -> passesAreDeclared(w, task));
  }

  private static void passesAreDeclared(Wrapped w, int task) {
    double passes = 0;
    for (long t = 0; t < STEPS; t++) {
      passes += w.rig().passes(w.wrapper().phaseOf(task, t, STEPS));
    }
    double measured = passes / STEPS;
    double declared = OptimizerTrial.declaredPasses(w.subject(), task);
    Expect.that(
        Math.abs(measured - declared) <= REST,
        () ->
            new Finding(
                w.fixture() + OptimizerTrial.in(task),
                declared + " oracle calls a step, as declared with this base",
                measured + " on average over " + STEPS + " steps",
                "a cost that does not depend on the base's"));
  }

  private void itsUpdateCounts(OptimizerRig slow) {
    Wrapped fast = wrapped(new NotedBase(0.2, 1)).orElseThrow();
    try (OptimizerRig rig = fast.rig()) {
      List<Step> one = slow.steps(trial.start(), 3);
      Expect.that(
          trial.tasks().stream().anyMatch(task -> differ(slow, rig, task)),
          () ->
              new Finding(
                  fast.fixture(),
                  "different updates when the base goes twice as far",
                  "the same updates for 3 steps: " + one.get(0).updates(),
                  "what the base returns is not used"));
    }
  }

  /** Whether the updates of a task differ. */
  private boolean differ(OptimizerRig slow, OptimizerRig fast, int task) {
    List<Step> one = slow.steps(trial.fresh().in(task), 3);
    List<Step> other = fast.steps(trial.fresh().in(task), 3);
    return IntStream.range(0, one.size())
        .anyMatch(t -> !one.get(t).updates().same(other.get(t).updates()));
  }

  /** The subject around a base, built; empty if the subject refuses the base. */
  private Optional<Wrapped> wrapped(NotedBase base) {
    try {
      return around(base)
          .map(
              s -> {
                Optimizer wrapper = s.create();
                Map<Integer, List<NotedBase.Built>> built = new TreeMap<>();
                return new Wrapped(
                    s, wrapper, base, built, trial.rigOf(new Noted(wrapper, base, built)));
              });
    } catch (PalimpsestException e) {
      return Optional.empty();
    }
  }

  private Optional<Subject<Optimizer>> around(NotedBase base) {
    Subject<Optimizer> s = trial.subject();
    return innermost(new Component<>(s.provider(), s.settings()), s.written())
        .map(
            w ->
                new Subject<>(
                    s.provider(),
                    w,
                    new WithBase(s.components(), base),
                    s.origin(),
                    s.tolerance()));
  }

  /** A copy of the settings with the kit's base as the innermost wrapped optimizer. */
  private static Optional<SortedMap<String, Value>> innermost(
      Component<?> c, Map<String, Value> written) {
    for (Map.Entry<String, Component<?>> nested : c.nested().entrySet()) {
      Component<?> inner = nested.getValue();
      if (inner.provider().kind() == Kind.OPTIMIZER) {
        TreeMap<String, Value> all = new TreeMap<>(written);
        all.put(
            nested.getKey(),
            innermost(inner, inner.canonical().arguments())
                .map(a -> new Value.Call(inner.id().value(), a))
                .orElseGet(() -> Value.Call.word(NotedBase.ID)));
        return Optional.of(all);
      }
    }
    return Optional.empty();
  }

  /** The available components and the kit's base, at any depth. */
  private record WithBase(Setting.ComponentSource others, NotedBase base)
      implements Setting.ComponentSource {
    @Override
    public Component<?> component(Kind kind, Value.Call call) {
      return call.name().equals(NotedBase.ID)
          ? base.component()
          : resolved(
              others.component(kind, Value.Call.word(call.name())).provider(), call.arguments());
    }

    private <T> Component<T> resolved(Provider<T> provider, Map<String, Value> written) {
      return new Component<>(provider, Settings.of(provider, written, this));
    }
  }

  /** Notes the phase of the wrapper that each build of a base belongs to. */
  private record Noted(Optimizer wrapper, NotedBase base, Map<Integer, List<NotedBase.Built>> built)
      implements Optimizer {
    @Override
    public Updates updates(StepContext c) {
      int before = base.built().size();
      Updates updates = wrapper.updates(c);
      built
          .computeIfAbsent(c.phase(), p -> new ArrayList<>())
          .addAll(base.built().subList(before, base.built().size()));
      return updates;
    }

    @Override
    public int phases() {
      return wrapper.phases();
    }

    @Override
    public int phaseOf(int task, long step, long totalSteps) {
      return wrapper.phaseOf(task, step, totalSteps);
    }
  }
}
