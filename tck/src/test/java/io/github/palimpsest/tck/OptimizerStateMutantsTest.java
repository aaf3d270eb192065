package io.github.palimpsest.tck;

import static io.github.palimpsest.tck.Steps.ascent;
import static io.github.palimpsest.tck.Steps.descent;
import static io.github.palimpsest.tck.Steps.every;
import static io.github.palimpsest.tck.Steps.gradient;
import static io.github.palimpsest.tck.Steps.momentum;
import static io.github.palimpsest.tck.Steps.second;
import static io.github.palimpsest.tck.Steps.stub;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.tck.rule.OptimizerRule;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("native")
class OptimizerStateMutantsTest {
  /** Uses the slots of whichever object was first in a graph. */
  private static final class Sharing implements Optimizer {
    private final @Nullable Tensors[] known;
    private final @Nullable Params[] of;

    Sharing(@Nullable Tensors[] known, @Nullable Params[] of) {
      this.known = known;
      this.of = of;
    }

    @Override
    public Updates updates(StepContext c) {
      Tensors old = known[0];
      if (old == null || of[0] != c.params()) {
        old = c.slots().old("m", c.params().tensors(), 0);
        known[0] = old;
        of[0] = c.params();
      } else {
        c.slots().old("m", c.params().tensors(), 0);
      }
      Tensors m = old.scale(c.tf(), c.tf().constant(0.9f)).plus(c.tf(), gradient(c));
      c.slots().next("m", m);
      return descent(c, m, 0.1);
    }
  }

  private static Stub.OfOptimizer sharing() {
    @Nullable Tensors[] known = new Tensors[1];
    @Nullable Params[] of = new Params[1];
    return stub(1, 1, List.of(), s -> new Sharing(known, of));
  }

  /** SAM that climbs along the gradient of the step before: its state moves the ascent alone. */
  private static Updates alongTheLast(StepContext c) {
    Tensors last = c.slots().old("last", c.params().tensors(), 0);
    c.slots().next("last", gradient(c));
    return descent(c, second(c, ascent(c, last, 0.1)), 0.1);
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            OptimizerRule.OPT_08,
            "momentum that is never set",
            stub(1, 1, c -> momentum(c, false)),
            "never set"),
        new Mutant(
            OptimizerRule.OPT_08,
            "momentum that is not declared",
            stub(1, 0, c -> momentum(c, true))),
        new Mutant(OptimizerRule.OPT_09, "slots of a neighbour", sharing()),
        new Mutant(
            OptimizerRule.OPT_12,
            "half a slot declared, one used",
            stub(1, 0.5, c -> momentum(c, true))),
        new Mutant(
            OptimizerRule.OPT_08,
            "a count of steps in a field",
            stub(1, 0, List.of(), s -> new OptimizerRunMutantsTest.Counting()),
            "hidden state"),
        new Mutant(
            OptimizerRule.OPT_12,
            "a twentieth and more than is declared",
            stub(1, 1 / 1.06, c -> momentum(c, true))));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void what_keeps_the_rules_of_state_is_no_breach() {
    Stub.OfOptimizer rarely =
        stub(1, 1 / 1.04, every(5, c -> momentum(c, true), c -> descent(c, gradient(c), 0.01)));
    Stub.OfOptimizer plain = stub(1, 0, c -> descent(c, gradient(c), 0.1));
    Stub.OfOptimizer alongTheLast = stub(2, 1, OptimizerStateMutantsTest::alongTheLast);
    for (OptimizerRule rule :
        List.of(OptimizerRule.OPT_08, OptimizerRule.OPT_09, OptimizerRule.OPT_12)) {
      for (Stub.OfOptimizer good : List.of(rarely, plain, alongTheLast)) {
        assertThat(Mutant.outcome(good, rule)).as("%s", rule).isEqualTo(Outcome.PASSED);
      }
    }
  }
}
