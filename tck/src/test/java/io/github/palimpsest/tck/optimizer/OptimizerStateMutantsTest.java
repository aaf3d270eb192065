package io.github.palimpsest.tck.optimizer;

import static io.github.palimpsest.tck.optimizer.Steps.ascent;
import static io.github.palimpsest.tck.optimizer.Steps.descent;
import static io.github.palimpsest.tck.optimizer.Steps.every;
import static io.github.palimpsest.tck.optimizer.Steps.gradient;
import static io.github.palimpsest.tck.optimizer.Steps.momentum;
import static io.github.palimpsest.tck.optimizer.Steps.second;
import static io.github.palimpsest.tck.optimizer.Steps.stub;
import static io.github.palimpsest.tck.optimizer.Steps.times;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.tck.Mutant;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Stub;
import io.github.palimpsest.tck.rule.OptimizerRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.op.Ops;

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

  private static final Slot MEAN = Slot.of("mean", p -> Optional.of(p.shape()));
  private static final Slot WEIGHTS =
      Slot.of("start", p -> Optional.of(p.shape()))
          .startingAs(
              (p, w) -> {
                float[] values = new float[w.remaining()];
                w.get(values);
                return values;
              });

  /** Momentum that pulls towards the first weights, in the slots that it reads. */
  private record Pulled(List<Slot> slots, Slot mean, Slot first) implements Optimizer {
    @Override
    public Updates updates(StepContext c) {
      Tensors anchor = first.old(c);
      Tensors away = c.params().tensors().minus(c.tf(), anchor);
      c.slots().next(first.name(), anchor);
      Tensors m = times(c, mean.old(c), 0.9).plus(c.tf(), gradient(c));
      c.slots().next(mean.name(), m);
      return descent(c, m.plus(c.tf(), away), 0.01);
    }
  }

  /** Declares slots, and reads these. */
  private static Stub.OfOptimizer pulled(double slots, List<Slot> declared, Slot mean, Slot first) {
    return stub(1, slots, new Pulled(declared, mean, first));
  }

  /** Keeps the mean of each matrix over its rows. */
  private record OfColumns(List<Slot> slots) implements Optimizer {
    @Override
    public Updates updates(StepContext c) {
      Ops tf = c.tf();
      Tensors g = gradient(c);
      Slot read = columns(1);
      Tensors mean =
          read.old(c)
              .mapNamed((name, m) -> tf.math.add(m, tf.math.mean(g.get(name), tf.constant(0))));
      c.slots().next(read.name(), mean);
      return descent(
          c,
          g.mapNamed((n, x) -> mean.names().contains(n) ? tf.math.add(x, mean.get(n)) : x),
          0.01);
    }
  }

  /** A slot of one number for each row or column of a matrix. */
  private static Slot columns(int dimension) {
    return Slot.of(
        "columns",
        p ->
            p.shape().rank() == 2
                ? Optional.of(Shape.of(p.shape().get(dimension)))
                : Optional.empty());
  }

  private static Slot starting(float value, int more) {
    return Slot.of("start", p -> Optional.of(p.shape()))
        .startingAs(
            (p, w) -> {
              float[] values = new float[w.remaining() + more];
              Arrays.fill(values, value);
              return values;
            });
  }

  private static Slot counting() {
    int[] calls = {0};
    return Slot.of("start", p -> Optional.of(p.shape()))
        .startingAs(
            (p, w) -> {
              float[] values = new float[w.remaining()];
              Arrays.fill(values, calls[0]++);
              return values;
            });
  }

  private static List<Mutant> ofDeclaredSlots() {
    List<Slot> both = List.of(MEAN, WEIGHTS);
    Slot wrong = starting(Float.NaN, 0);
    Slot longer = starting(1, 1);
    Slot counting = counting();
    return List.of(
        new Mutant(
            OptimizerRule.OPT_28,
            "a slot that is not declared",
            pulled(0, List.of(WEIGHTS), MEAN, WEIGHTS),
            "mean:"),
        new Mutant(
            OptimizerRule.OPT_28,
            "a slot of another shape",
            stub(1, 0, new OfColumns(List.of(columns(0)))),
            "columns:"),
        new Mutant(
            OptimizerRule.OPT_28,
            "a declared slot that is never read",
            pulled(0, List.of(MEAN, WEIGHTS, columns(0)), MEAN, WEIGHTS),
            "columns:"),
        new Mutant(
            OptimizerRule.OPT_29,
            "zeros where the weights are declared",
            pulled(0, both, MEAN, Slot.of("start", p -> Optional.of(p.shape()))),
            "as declared"),
        new Mutant(
            OptimizerRule.OPT_29,
            "a start that is not finite",
            pulled(0, List.of(MEAN, wrong), MEAN, wrong),
            "NaN"),
        new Mutant(
            OptimizerRule.OPT_29,
            "a start with one value more",
            pulled(0, List.of(MEAN, longer), MEAN, longer),
            "its shape"),
        new Mutant(
            OptimizerRule.OPT_29,
            "a start that counts its calls",
            pulled(0, List.of(MEAN, counting), MEAN, counting),
            "asked again"),
        new Mutant(
            OptimizerRule.OPT_30,
            "slots that are stated twice",
            pulled(2, both, MEAN, WEIGHTS),
            "by shape"),
        new Mutant(
            OptimizerRule.OPT_30,
            "a slot that is left out of the stated memory",
            pulled(0, List.of(WEIGHTS), MEAN, WEIGHTS)));
  }

  static List<Mutant> mutants() {
    return Stream.of(ofUsualSlots(), ofDeclaredSlots()).flatMap(List::stream).toList();
  }

  private static List<Mutant> ofUsualSlots() {
    return List.of(
        new Mutant(
            OptimizerRule.OPT_08,
            "momentum that is never set",
            stub(1, 1, c -> momentum(c, false)),
            "never set"),
        new Mutant(
            OptimizerRule.OPT_08,
            "momentum, and an anchor that is never set",
            stub(1, 2, OptimizerStateMutantsTest::towardsAnAnchor),
            "never set: [anchor:dense.bias"),
        new Mutant(
            OptimizerRule.OPT_08,
            "momentum that is not declared",
            stub(1, 0, c -> momentum(c, true))),
        new Mutant(
            OptimizerRule.OPT_08,
            "updates that are no numbers",
            stub(1, 0, c -> new Updates(times(c, gradient(c), Double.NaN))),
            "a finite update: nothing follows from another one"),
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

  /** Momentum and a pull to what another slot holds. */
  private static Updates towardsAnAnchor(StepContext c) {
    Tensors anchor = c.slots().old("anchor", c.params().tensors(), 0.5f);
    Tensors pull = times(c, anchor.minus(c.tf(), c.params().tensors()), 0.01);
    return new Updates(momentum(c, true).tensors().plus(c.tf(), pull));
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
    Stub.OfOptimizer pulled = pulled(0, List.of(MEAN, WEIGHTS), MEAN, WEIGHTS);
    Stub.OfOptimizer columns = stub(1, 0, new OfColumns(List.of(columns(1))));
    for (Stub.OfOptimizer good : List.of(pulled, columns)) {
      for (OptimizerRule rule :
          List.of(
              OptimizerRule.OPT_08,
              OptimizerRule.OPT_09,
              OptimizerRule.OPT_12,
              OptimizerRule.OPT_22,
              OptimizerRule.OPT_28,
              OptimizerRule.OPT_29,
              OptimizerRule.OPT_30)) {
        assertThat(Mutant.outcome(good, rule)).as("%s", rule).isEqualTo(Outcome.PASSED);
      }
    }
    assertThat(Mutant.outcome(plain, OptimizerRule.OPT_28)).isEqualTo(Outcome.NOT_APPLICABLE);
    for (OptimizerRule rule :
        List.of(OptimizerRule.OPT_08, OptimizerRule.OPT_09, OptimizerRule.OPT_12)) {
      for (Stub.OfOptimizer good : List.of(rarely, plain, alongTheLast)) {
        assertThat(Mutant.outcome(good, rule)).as("%s", rule).isEqualTo(Outcome.PASSED);
      }
    }
  }
}
