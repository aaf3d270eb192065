package io.github.palimpsest.tck.optimizer;

import static io.github.palimpsest.tck.optimizer.Steps.LR;
import static io.github.palimpsest.tck.optimizer.Steps.ascent;
import static io.github.palimpsest.tck.optimizer.Steps.descent;
import static io.github.palimpsest.tck.optimizer.Steps.every;
import static io.github.palimpsest.tck.optimizer.Steps.gradient;
import static io.github.palimpsest.tck.optimizer.Steps.sam;
import static io.github.palimpsest.tck.optimizer.Steps.second;
import static io.github.palimpsest.tck.optimizer.Steps.stub;
import static io.github.palimpsest.tck.optimizer.Steps.times;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.tck.Mutant;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Stub;
import io.github.palimpsest.tck.rule.OptimizerRule;
import io.github.palimpsest.tck.subject.ByTask;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Where the second gradient is taken, and what is left of the ascent: rules OPT-05 and OPT-06. */
@Tag("native")
class OptimizerAscentMutantsTest {
  /** SAM that takes back all but a share of its perturbation. */
  private static Updates leaves(StepContext c, double share) {
    Tensors e = ascent(c, 0.1);
    Tensors g = second(c, e);
    return new Updates(times(c, e, share).plus(c.tf(), descent(c, g, 0.1).tensors()));
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            OptimizerRule.OPT_05,
            "a second gradient at the old point",
            stub(
                2,
                0,
                c -> {
                  gradient(c);
                  return descent(c, gradient(c), 0.1);
                }),
            "exactly a plain SGD step with lr 0.1"),
        new Mutant(
            OptimizerRule.OPT_05,
            "a second gradient of later tasks at the old point",
            new ByTask(
                    c -> descent(c, gradient(c), 0.1),
                    c -> {
                      gradient(c);
                      return descent(c, gradient(c), 0.1);
                    })
                .named(2, 1, 2),
            "exactly a plain SGD step with lr 0.1"),
        new Mutant(
            OptimizerRule.OPT_06,
            "a perturbation of later tasks that is never taken back",
            new ByTask(c -> descent(c, gradient(c), 0.1), c -> leaves(c, 1)).named(2, 1, 2)),
        new Mutant(
            OptimizerRule.OPT_05,
            "a second gradient that is thrown away",
            stub(
                2,
                0,
                c -> {
                  Tensors g = gradient(c);
                  second(c, ascent(c, g, 0.1));
                  return descent(c, g, 0.1);
                }),
            "exactly a plain SGD step with lr 0.1"),
        new Mutant(
            OptimizerRule.OPT_05,
            "a second gradient at w + e - e",
            stub(
                2,
                0,
                c -> {
                  Tensors e = ascent(c, 0.1);
                  Tensors back = c.params().tensors().plus(c.tf(), e).minus(c.tf(), e);
                  return descent(c, c.oracle().gradient(Params.of(back)).tensors(), 0.1);
                }),
            "exactly a plain SGD step with lr 0.1"),
        new Mutant(
            OptimizerRule.OPT_06,
            "a perturbation that comes back with the next step",
            stub(
                2,
                1,
                c -> {
                  Tensors left = c.slots().old("e", c.params().tensors(), 0);
                  Tensors e = ascent(c, 0.1);
                  c.slots().next("e", e);
                  return new Updates(left.plus(c.tf(), descent(c, second(c, e), 0.1).tensors()));
                }),
            "kept and added later"),
        new Mutant(
            OptimizerRule.OPT_06,
            "a perturbation that is never taken back",
            new Stub.OfOptimizer(
                Cost.passes(2),
                List.of(LR),
                Set.of(),
                s ->
                    c -> {
                      Tensors e = ascent(c, 0.1);
                      Tensors g = second(c, e);
                      return new Updates(e.plus(c.tf(), descent(c, g, s.get(LR)).tensors()));
                    }),
            "never takes it back"),
        new Mutant(
            OptimizerRule.OPT_06,
            "the same without a setting for the learning rate",
            stub(
                2,
                0,
                c -> {
                  Tensors e = ascent(c, 0.1);
                  Tensors g = second(c, e);
                  return new Updates(e.plus(c.tf(), descent(c, g, 0.1).tensors()));
                }),
            "never takes it back"),
        new Mutant(
            OptimizerRule.OPT_05,
            "two passes declared and none of them a second",
            stub(2, 0, c -> descent(c, gradient(c), 0.1))),
        new Mutant(
            OptimizerRule.OPT_05,
            "every third step a second gradient at the old point",
            stub(
                4 / 3.0,
                0,
                every(
                    3,
                    c -> {
                      gradient(c);
                      return descent(c, gradient(c), 0.1);
                    },
                    c -> descent(c, gradient(c), 0.1))),
            "exactly a plain SGD step with lr 0.1"),
        new Mutant(
            OptimizerRule.OPT_06,
            "a twentieth of the perturbation that stays",
            stub(2, 0, c -> leaves(c, 0.05))),
        new Mutant(
            OptimizerRule.OPT_06,
            "a perturbation that stays every third step",
            stub(4 / 3.0, 0, every(3, c -> leaves(c, 1), c -> descent(c, gradient(c), 0.1)))),
        new Mutant(
            OptimizerRule.OPT_06,
            "a step that no rate scales",
            stub(2, 0, List.of(LR), s -> c -> sam(c, 0.1, 0.01))));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void a_hundredth_of_the_perturbation_may_be_left_by_rounding() {
    assertThat(Mutant.outcome(stub(2, 0, c -> leaves(c, 0.01)), OptimizerRule.OPT_06))
        .isEqualTo(Outcome.PASSED);
  }
}
