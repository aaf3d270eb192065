package io.github.palimpsest.tck.optimizer;

import static io.github.palimpsest.tck.optimizer.Steps.BASE;
import static io.github.palimpsest.tck.optimizer.Steps.LR;
import static io.github.palimpsest.tck.optimizer.Steps.descent;
import static io.github.palimpsest.tck.optimizer.Steps.gradient;
import static io.github.palimpsest.tck.optimizer.Steps.stub;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_13;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.tck.Certification;
import io.github.palimpsest.tck.Judgement;
import io.github.palimpsest.tck.Mutant;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Stub;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.Verdict;
import io.github.palimpsest.tck.rule.OptimizerRule;
import io.github.palimpsest.tck.subject.ByTask;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("native")
class OptimizerWrapMutantsTest {
  /** A wrapper with the phases of its base. */
  private record Around(Optimizer base, BiFunction<StepContext, Optimizer, Updates> step)
      implements Wrapper {
    @Override
    public Updates updates(StepContext c) {
      return step.apply(c, base);
    }
  }

  /** The base, in its own phase in the first task alone. */
  private record FirstPhaseLater(Optimizer base) implements Optimizer {
    @Override
    public Updates updates(StepContext c) {
      StepContext inner = Wrapper.inner(c);
      return base.updates(c.phase() < base.phases() ? inner : inner.withPhase(0));
    }

    @Override
    public int phases() {
      return base.phases() + 1;
    }

    @Override
    public int phaseOf(int task, long step, long totalSteps) {
      return task == 0 ? base.phaseOf(task, step, totalSteps) : base.phases();
    }
  }

  private static Stub.OfOptimizer around(
      double passes, BiFunction<StepContext, Optimizer, Updates> step) {
    return stub(passes, 0, List.of(BASE), s -> new Around(s.get(BASE), step));
  }

  /** A context whose specifications are those of another one. */
  private static StepContext specifiedBy(StepContext other, StepContext c) {
    return (StepContext)
        Proxy.newProxyInstance(
            StepContext.class.getClassLoader(),
            new Class<?>[] {StepContext.class},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(method.getName().equals("specs") ? other : c, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            OPT_13,
            "a base that stays in its first phase",
            stub(1, 0, List.of(BASE), s -> c -> s.get(BASE).updates(Wrapper.inner(c))),
            "not handed on"),
        new Mutant(
            OPT_13,
            "a base that stays in its first phase in later tasks",
            stub(1, 0, List.of(BASE), s -> new FirstPhaseLater(s.get(BASE))),
            "in task 1"),
        new Mutant(
            OPT_13,
            "a base in the wrapper's own slots",
            around(1, (c, base) -> base.updates(c)),
            "would share a slot"),
        new Mutant(
            OPT_13,
            "a base that is built and not used",
            around(
                2,
                (c, base) -> {
                  base.updates(Wrapper.inner(c));
                  return descent(c, gradient(c), 0.1);
                }),
            "is not used"),
        new Mutant(
            OPT_13,
            "a cost of one pass around a base of two",
            around(1, (c, base) -> base.updates(Wrapper.inner(c))),
            "does not depend on the base's"),
        new Mutant(
            OPT_13,
            "specifications of more than the base is given",
            around(
                1,
                (c, base) -> {
                  String first = c.specs().get(0).name();
                  StepContext some = Wrapper.inner(c).withParams(p -> !p.name().equals(first));
                  return base.updates(specifiedBy(c, some)).filled(c.tf(), c.params());
                })));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void an_optimizer_that_is_another_in_later_tasks_keeps_every_rule() {
    ByTask laterSam = new ByTask(c -> descent(c, gradient(c), 0.1), c -> Steps.sam(c, 0.1, 0.1));
    assertThat(Certification.here(Subject.of(laterSam.named(2, 1, 2))).verdicts())
        .filteredOn(v -> v.rule() instanceof OptimizerRule && v.refuses())
        .extracting(Verdict::text)
        .isEmpty();
  }

  @Test
  void what_wraps_nothing_is_not_asked_to_hand_anything_on() {
    Stub.OfOptimizer plain = stub(1, 0, List.of(LR), s -> c -> descent(c, gradient(c), s.get(LR)));
    assertThat(Mutant.outcome(plain, OPT_13)).isEqualTo(Outcome.NOT_APPLICABLE);
  }

  @Test
  void a_wrapper_whose_base_is_missing_is_neither_refused_nor_certified() {
    Subject<?> sound =
        Subject.of(around(1, (c, base) -> base.updates(Wrapper.inner(c))), "base=lion(lr=0.1)", 1);
    Judgement all = Certification.here(sound);
    assertThat(all.settings()).contains("base=plain-descent-in-place-of-lion(lr=0.1)");
    // the classes of a test, and a stub's cost, are no plugin's
    List<Verdict> ofSteps =
        all.verdicts().stream()
            .filter(v -> v.rule() instanceof OptimizerRule && v.rule() != OPT_13)
            .toList();
    assertThat(ofSteps).extracting(Verdict::outcome).doesNotContain(Outcome.PASSED);
    assertThat(ofSteps)
        .filteredOn(Verdict::isOpen)
        .isNotEmpty()
        .allSatisfy(v -> assertThat(v.text()).contains("plain descent in place of 'lion'"));
    Judgement judgement = new Judgement(all.component(), all.settings(), sound.origin(), ofSteps);
    assertThat(judgement.isRefused()).isFalse();
    assertThat(judgement.certified()).isFalse();
  }
}
