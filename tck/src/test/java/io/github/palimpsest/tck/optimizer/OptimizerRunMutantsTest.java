package io.github.palimpsest.tck.optimizer;

import static io.github.palimpsest.tck.optimizer.Steps.LR;
import static io.github.palimpsest.tck.optimizer.Steps.ascent;
import static io.github.palimpsest.tck.optimizer.Steps.descent;
import static io.github.palimpsest.tck.optimizer.Steps.gradient;
import static io.github.palimpsest.tck.optimizer.Steps.sam;
import static io.github.palimpsest.tck.optimizer.Steps.second;
import static io.github.palimpsest.tck.optimizer.Steps.stub;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.tck.Certification;
import io.github.palimpsest.tck.Mutant;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Stub;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.Verdict;
import io.github.palimpsest.tck.rule.OptimizerRule;
import io.github.palimpsest.tck.subject.ByTask;
import io.github.palimpsest.tck.subject.ClosedForms;
import io.github.palimpsest.tck.subject.KernelsAlone;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class OptimizerRunMutantsTest {
  private static final Setting<Double> RHO10 = Setting.real("rho", 10, 0, 100, "radius");

  /** Counts in a field: what no checkpoint holds. */
  static final class Counting implements Optimizer {
    private int steps;

    @Override
    public Updates updates(StepContext c) {
      Operand<TFloat32> lr = c.scheduled((step, total) -> -0.01 * ++steps);
      return new Updates(gradient(c).scale(c.tf(), lr));
    }
  }

  private static Tensors unseeded(StepContext c, Tensors like) {
    Ops tf = c.tf();
    return like.map(
        x ->
            tf.math.mul(
                tf.constant(0.1f),
                tf.random.randomStandardNormal(tf.constant(x.shape().asArray()), TFloat32.class)));
  }

  /** A slope from two losses, with no gradient at all. */
  private static Updates slope(StepContext c) {
    Ops tf = c.tf();
    Tensors z = c.gaussian("z", c.params().tensors());
    Operand<TFloat32> up = lossAt(c, z.scale(tf, tf.constant(1e-3f)));
    Operand<TFloat32> down = lossAt(c, z.scale(tf, tf.constant(-1e-3f)));
    return new Updates(z.scale(tf, tf.math.mul(tf.math.sub(up, down), tf.constant(-5f))));
  }

  private static Operand<TFloat32> lossAt(StepContext c, Tensors e) {
    return c.oracle().at(c.params().plus(c.tf(), e), EnumSet.allOf(Term.class)).loss();
  }

  /** Descent, then each weight a little nearer to 0. */
  private static Updates softened(StepContext c) {
    Ops tf = c.tf();
    Tensors w = c.params().tensors();
    Tensors moved = w.plus(tf, descent(c, gradient(c), 0.05).tensors());
    Tensors soft =
        moved.map(
            x ->
                tf.math.mul(
                    tf.math.sign(x),
                    tf.math.maximum(
                        tf.math.sub(tf.math.abs(x), tf.constant(1e-4f)), tf.constant(0f))));
    return new Updates(soft.minus(tf, w));
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            OptimizerRule.OPT_14,
            "a rate a thousandth too large",
            ClosedForms.descending(0.1001, 0.1),
            "from there"),
        new Mutant(
            OptimizerRule.OPT_14,
            "a rate that does not change where it should",
            ClosedForms.descending(0.1, 0.05),
            "after step 6"),
        new Mutant(
            OptimizerRule.OPT_14,
            "another mean, of which only the sign is used",
            ClosedForms.signed(0.6),
            "with gradients that change their signs"),
        new Mutant(
            OptimizerRule.OPT_20,
            "two passes of later tasks, of which one is declared",
            stub(1, 0, new ByTask(c -> descent(c, gradient(c), 0.1), c -> Steps.sam(c, 0.1, 0.1))),
            "in task 1"),
        new Mutant(
            OptimizerRule.OPT_20,
            "one pass declared, two made",
            stub(1, 0, c -> descent(c, second(c, ascent(c, 0.1)), 0.1))),
        new Mutant(
            OptimizerRule.OPT_10,
            "a random number of its own",
            stub(1, 0, c -> descent(c, gradient(c), 0.01 + 0.01 * new Random().nextDouble()))),
        new Mutant(
            OptimizerRule.OPT_11,
            "a flipped sign",
            stub(1, 0, c -> descent(c, gradient(c), -0.1)),
            "the sign"),
        new Mutant(
            OptimizerRule.OPT_19,
            "noise that differs with each run",
            stub(
                1,
                0,
                c -> descent(c, gradient(c).plus(c.tf(), unseeded(c, c.params().tensors())), 0.1))),
        new Mutant(
            OptimizerRule.OPT_22,
            "a count of steps in a field",
            new Stub.OfOptimizer(Cost.passes(1), List.of(), Set.of(), s -> new Counting()),
            "outside the slots"),
        new Mutant(
            OptimizerRule.OPT_24,
            "norms that never move",
            stub(
                1,
                0,
                c ->
                    new Updates(
                        descent(c, gradient(c), 0.1)
                            .tensors()
                            .mapNamed(
                                (name, u) -> name.contains("norm") ? c.tf().zerosLike(u) : u)))),
        new Mutant(
            OptimizerRule.OPT_32,
            "norms that move after all",
            stub(
                1,
                0,
                new KernelsAlone(
                    c -> descent(c, gradient(c), 0.1), EnumSet.of(Role.KERNEL, Role.NORM))),
            "changed"),
        new Mutant(
            OptimizerRule.OPT_32,
            "a slot for what is not trained",
            stub(
                1,
                1,
                new KernelsAlone(
                    c ->
                        new Updates(
                            Steps.momentum(c, true)
                                .tensors()
                                .mapNamed(
                                    (name, u) -> name.contains("norm") ? c.tf().zerosLike(u) : u)),
                    EnumSet.of(Role.KERNEL, Role.NORM))),
            "no slots for"),
        new Mutant(
            OptimizerRule.OPT_24,
            "kernels that are said to be trained and never move",
            stub(
                1,
                0,
                new KernelsAlone(
                    c ->
                        new Updates(
                            descent(c, gradient(c), 0.1)
                                .tensors()
                                .mapNamed(
                                    (name, u) -> name.contains("down") ? c.tf().zerosLike(u) : u)),
                    EnumSet.of(Role.KERNEL))),
            "down"),
        new Mutant(
            OptimizerRule.OPT_11,
            "a flipped sign of the kernels that are trained",
            stub(
                1,
                0,
                new KernelsAlone(c -> descent(c, gradient(c), -0.1), EnumSet.of(Role.KERNEL))),
            "the sign"),
        new Mutant(
            OptimizerRule.OPT_10,
            "random numbers of the runtime",
            stub(
                1,
                0,
                c -> descent(c, gradient(c).plus(c.tf(), unseeded(c, c.params().tensors())), 0.1))),
        new Mutant(
            OptimizerRule.OPT_11,
            "steps of no length to speak of",
            stub(1, 0, c -> descent(c, gradient(c), 1e-9))),
        new Mutant(
            OptimizerRule.OPT_11,
            "a flipped sign at whatever rate",
            stub(1, 0, List.of(LR), s -> c -> descent(c, gradient(c), -s.get(LR))),
            "the sign"),
        new Mutant(
            OptimizerRule.OPT_20,
            "a hundredth of a pass that is not made",
            stub(1.01, 0, c -> descent(c, gradient(c), 0.1))));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void what_is_unusual_but_keeps_the_rules_is_no_breach() {
    Setting<Double> kappa = Setting.real("kappa", 1e-3, 0, 1, "the length of each step");
    List<Stub.OfOptimizer> unusual =
        List.of(
            stub(2, 0, OptimizerRunMutantsTest::slope),
            stub(1, 0, OptimizerRunMutantsTest::softened),
            stub(
                1,
                0,
                List.of(kappa),
                s -> c -> descent(c, gradient(c).map(x -> c.tf().math.sign(x)), s.get(kappa))));
    for (Stub.OfOptimizer provider : unusual) {
      assertThat(Certification.here(Subject.of(provider)).verdicts())
          .filteredOn(v -> v.rule() instanceof OptimizerRule && v.refuses())
          .extracting(Verdict::text)
          .isEmpty();
    }
  }

  @Test
  void an_optimizer_that_trains_kernels_alone_and_says_so_is_no_breach() {
    Stub.OfOptimizer some =
        stub(1, 1, new KernelsAlone(c -> Steps.momentum(c, true), EnumSet.of(Role.KERNEL)));
    for (OptimizerRule rule :
        List.of(OptimizerRule.OPT_11, OptimizerRule.OPT_24, OptimizerRule.OPT_32)) {
      assertThat(Mutant.outcome(some, rule)).as("%s", rule).isEqualTo(Outcome.PASSED);
    }
    Stub.OfOptimizer all = stub(1, 0, c -> descent(c, gradient(c), 0.1));
    assertThat(Mutant.outcome(all, OptimizerRule.OPT_32)).isEqualTo(Outcome.NOT_APPLICABLE);
  }

  /** Of functions that are smaller than its radius, for example. */
  @Test
  void what_minimises_at_one_rate_or_with_a_small_radius_minimises() {
    Setting<Double> rate = Setting.real("lr", 50, 10, 100, "hundredths of a learning rate");
    List<Stub.OfOptimizer> all =
        List.of(
            stub(2, 0, List.of(RHO10, LR), s -> c -> sam(c, s.get(RHO10), s.get(LR))),
            stub(1, 0, List.of(rate), s -> c -> descent(c, gradient(c), s.get(rate) / 1e5)));
    for (Stub.OfOptimizer good : all) {
      assertThat(Mutant.outcome(good, OptimizerRule.OPT_11)).isEqualTo(Outcome.PASSED);
    }
  }

  @Test
  void closed_steps_are_compared_where_there_are_some() {
    assertThat(Mutant.outcome(ClosedForms.descending(0.1, 0.1), OptimizerRule.OPT_14))
        .isEqualTo(Outcome.PASSED);
    assertThat(Mutant.outcome(ClosedForms.signed(0.9), OptimizerRule.OPT_14))
        .isEqualTo(Outcome.PASSED);
    assertThat(Mutant.outcome(stub(1, 0, c -> descent(c, gradient(c), 0.1)), OptimizerRule.OPT_14))
        .isEqualTo(Outcome.NOT_APPLICABLE);
  }

  @Test
  void every_rule_has_a_mutant() {
    List<Mutant> all =
        Stream.of(
                mutants(),
                OptimizerStepMutantsTest.mutants(),
                OptimizerAscentMutantsTest.mutants(),
                OptimizerRadiusMutantsTest.mutants(),
                OptimizerStateMutantsTest.mutants(),
                OptimizerWrapMutantsTest.mutants())
            .flatMap(List::stream)
            .toList();
    Mutant.cover(all, List.of(OptimizerRule.values()));
  }
}
