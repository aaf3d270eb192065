package io.github.palimpsest.tck.optimizer;

import static io.github.palimpsest.tck.optimizer.Steps.LR;
import static io.github.palimpsest.tck.optimizer.Steps.ascent;
import static io.github.palimpsest.tck.optimizer.Steps.descent;
import static io.github.palimpsest.tck.optimizer.Steps.every;
import static io.github.palimpsest.tck.optimizer.Steps.gradient;
import static io.github.palimpsest.tck.optimizer.Steps.sam;
import static io.github.palimpsest.tck.optimizer.Steps.stub;
import static io.github.palimpsest.tck.optimizer.Steps.times;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.tck.Mutant;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Stub;
import io.github.palimpsest.tck.rule.OptimizerRule;
import io.github.palimpsest.tck.rule.SpiRule;
import io.github.palimpsest.tck.subject.ByTask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

@Tag("native")
class OptimizerStepMutantsTest {
  private static final Setting<Double> KAPPA =
      Setting.real("kappa", 0.1, 0, 1, "the length of a step");

  private static final ByTask LATER_SAM =
      new ByTask(c -> descent(c, gradient(c), 0.1), c -> sam(c, 0.1, 0.1));

  private static Updates withoutBias(StepContext c) {
    Map<String, Operand<TFloat32>> some =
        new LinkedHashMap<>(descent(c, gradient(c), 0.1).tensors().byName());
    some.keySet().removeIf(n -> n.endsWith("bias"));
    return new Updates(Tensors.of(some));
  }

  /** A vector of one element, of which the graph knows no length. */
  private static Operand<TFloat32> first(StepContext c, Operand<TFloat32> x) {
    return c.tf().unique(c.tf().zerosLike(x), c.tf().constant(new int[] {0})).y();
  }

  /** The gradient with labels drawn from the model. */
  private static Tensors drawn(StepContext c) {
    Params point = c.params().withSampledLabels("mutant");
    return c.oracle().at(point, Set.of(Term.DATA)).gradients().tensors();
  }

  /** Descent, and a share of the weights taken off. */
  private static Updates decays(StepContext c, double share) {
    Tensors moved = descent(c, gradient(c), 0.1).tensors();
    return new Updates(moved.minus(c.tf(), times(c, c.params().tensors(), share)));
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            OptimizerRule.OPT_01,
            "a bias that is dropped",
            stub(
                1,
                0,
                c -> {
                  Map<String, Operand<TFloat32>> some =
                      new LinkedHashMap<>(descent(c, gradient(c), 0.1).tensors().byName());
                  some.keySet().removeIf(n -> n.endsWith("bias"));
                  return new Updates(Tensors.of(some));
                }),
            "without [dense.bias]"),
        new Mutant(
            OptimizerRule.OPT_02,
            "an assignment while building",
            stub(
                1,
                0,
                c -> {
                  var v = c.tf().variable(c.tf().constant(0f));
                  c.tf().assign(v, c.tf().constant(1f));
                  return descent(c, gradient(c), 0.1);
                })),
        new Mutant(
            OptimizerRule.OPT_03,
            "a division by the gradient's norm",
            stub(
                1,
                0,
                c -> {
                  Tensors g = gradient(c);
                  return descent(c, g.scale(c.tf(), c.tf().math.reciprocal(g.norm(c.tf()))), 0.1);
                }),
            "0/0"),
        new Mutant(
            OptimizerRule.OPT_04,
            "two passes declared, one made",
            stub(2, 0, c -> descent(c, gradient(c), 0.1))),
        new Mutant(
            OptimizerRule.OPT_04,
            "two passes of later tasks, of which one is declared",
            stub(1, 0, LATER_SAM),
            "in task 1"),
        new Mutant(
            OptimizerRule.OPT_04,
            "one pass declared of a first task that makes two",
            new ByTask(c -> sam(c, 0.1, 0.1), c -> sam(c, 0.1, 0.1)).named(2, 1, 2)),
        new Mutant(
            OptimizerRule.OPT_04,
            "the passes of the cheapest task declared for all",
            LATER_SAM.named(1, 1, 2),
            "of the costliest task"),
        new Mutant(
            OptimizerRule.OPT_16,
            "a decay that the learning rate does not scale",
            new Stub.OfOptimizer(
                Cost.passes(1),
                List.of(LR),
                Set.of(),
                s ->
                    c ->
                        new Updates(
                            descent(c, gradient(c), s.get(LR))
                                .tensors()
                                .minus(
                                    c.tf(),
                                    c.params().tensors().scale(c.tf(), c.tf().constant(0.01f))))),
            "exactly a decay of the weights by 0.01"),
        new Mutant(
            OptimizerRule.OPT_26,
            "SAM whose second gradient is of the data alone",
            stub(
                2,
                0,
                c -> {
                  Params up = Params.of(c.params().tensors().plus(c.tf(), ascent(c, 0.1)));
                  return descent(
                      c, c.oracle().at(up, Set.of(Term.DATA)).gradients().tensors(), 0.1);
                }),
            "a last pass that drops the penalty"),
        new Mutant(
            OptimizerRule.OPT_27,
            "a phase of the third task that does not exist",
            stub(
                1,
                0,
                new Optimizer() {
                  @Override
                  public Updates updates(StepContext c) {
                    return descent(c, gradient(c), 0.1);
                  }

                  @Override
                  public int phaseOf(int task, long step, long totalSteps) {
                    return task > 1 ? 1 : 0;
                  }
                }),
            "a phase from 0 to 0"),
        new Mutant(
            OptimizerRule.OPT_31,
            "a step along the gradient with drawn labels",
            stub(
                2,
                0,
                c -> {
                  Tensors g = gradient(c);
                  return descent(c, g.plus(c.tf(), drawn(c)), 0.1);
                }),
            "whose mean is 0"),
        new Mutant(
            OptimizerRule.OPT_31,
            "a momentum of the gradient with drawn labels",
            stub(
                2,
                1,
                c -> {
                  Tensors m = c.slots().old("m", c.params().tensors(), 0);
                  c.slots().next("m", times(c, m, 0.9).plus(c.tf(), drawn(c)));
                  return descent(c, gradient(c).plus(c.tf(), times(c, m, 0.1)), 0.1);
                }),
            "whose mean is 0"),
        new Mutant(
            OptimizerRule.OPT_26,
            "a penalty alone, and the data of drawn labels",
            stub(
                2,
                0,
                c -> {
                  Tensors p = c.oracle().at(c.params(), Set.of(Term.PENALTY)).gradients().tensors();
                  return descent(c, p.plus(c.tf(), drawn(c)), 0.1);
                })),
        new Mutant(
            OptimizerRule.OPT_25,
            "a schedule that builds",
            stub(
                1,
                0,
                c -> {
                  Schedule growing =
                      (step, total) -> {
                        c.tf().constant(1f);
                        return -0.1;
                      };
                  return new Updates(gradient(c).scale(c.tf(), c.scheduled(growing)));
                }),
            "grows with each step"),
        new Mutant(
            OptimizerRule.OPT_01,
            "a bias that every other step drops",
            stub(
                1,
                0,
                every(2, OptimizerStepMutantsTest::withoutBias, c -> descent(c, gradient(c), 0.1))),
            "without [dense.bias]"),
        new Mutant(
            OptimizerRule.OPT_01,
            "an update of what is no parameter",
            stub(
                1,
                0,
                c -> {
                  Map<String, Operand<TFloat32>> more =
                      new LinkedHashMap<>(descent(c, gradient(c), 0.1).tensors().byName());
                  more.put("another", c.tf().constant(0f));
                  return new Updates(Tensors.of(more));
                })),
        new Mutant(
            OptimizerRule.OPT_01,
            "updates in one row",
            stub(
                1,
                0,
                c ->
                    new Updates(
                        descent(c, gradient(c), 0.1)
                            .tensors()
                            .map(x -> c.tf().reshape(x, c.tf().constant(new int[] {-1})))))),
        new Mutant(
            OptimizerRule.OPT_01,
            "one element for a whole bias",
            stub(
                1,
                0,
                c ->
                    new Updates(
                        descent(c, gradient(c), 0.1)
                            .tensors()
                            .mapNamed((name, x) -> name.endsWith("bias") ? first(c, x) : x))),
            "would be broadcast"),
        new Mutant(
            OptimizerRule.OPT_03,
            "a drift",
            stub(
                1,
                0,
                c ->
                    new Updates(
                        descent(c, gradient(c), 0.1)
                            .tensors()
                            .map(x -> c.tf().math.add(x, c.tf().constant(0.01f)))))),
        new Mutant(
            OptimizerRule.OPT_03,
            "updates that are no numbers, whatever the gradient",
            stub(1, 0, c -> new Updates(Steps.times(c, gradient(c), Double.NaN))),
            "for another gradient too"),
        new Mutant(OptimizerRule.OPT_03, "a decay past 0", stub(1, 0, c -> decays(c, 1.5))),
        new Mutant(
            OptimizerRule.OPT_03, "a growth of the weights", stub(1, 0, c -> decays(c, -0.01))),
        new Mutant(
            OptimizerRule.OPT_03,
            "a growth of the weights at every other step",
            stub(1, 0, every(2, c -> decays(c, -0.01), c -> decays(c, 0.01)))),
        new Mutant(
            OptimizerRule.OPT_04, "one pass declared, two made", stub(1, 0, c -> sam(c, 0.1, 0.1))),
        new Mutant(
            OptimizerRule.OPT_04,
            "a hundredth of a pass that is not made",
            stub(1.01, 0, c -> descent(c, gradient(c), 0.1))),
        new Mutant(
            OptimizerRule.OPT_16,
            "a step that no rate scales",
            stub(1, 0, List.of(LR), s -> c -> descent(c, gradient(c), 0.01)),
            "exactly a plain SGD step with lr 0.01"),
        new Mutant(
            OptimizerRule.OPT_16,
            "a decay that a rate of another name does not scale",
            stub(
                1,
                0,
                List.of(KAPPA),
                s ->
                    c -> {
                      Schedule later = (step, total) -> step == 0 ? 0 : -0.01;
                      Tensors decay = c.params().tensors().scale(c.tf(), c.scheduled(later));
                      return new Updates(
                          descent(c, gradient(c), s.get(KAPPA)).tensors().plus(c.tf(), decay));
                    })),
        new Mutant(
            SpiRule.SPI_03,
            "one object that counts its steps",
            stub(1, 0, new OptimizerRunMutantsTest.Counting())),
        new Mutant(
            OptimizerRule.OPT_16,
            "a last step that no rate scales",
            stub(
                1,
                0,
                List.of(LR),
                s ->
                    c -> {
                      Schedule late = (step, total) -> step < 3 ? -s.get(LR) : -0.01;
                      return new Updates(gradient(c).scale(c.tf(), c.scheduled(late)));
                    })));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void a_decay_with_a_rate_of_its_own_is_switched_off_with_the_learning_rate() {
    Setting<Double> decay = Setting.real("decoupled-decay", 0.01, 0, 1, "share of the weights");
    Stub.OfOptimizer provider =
        stub(
            1,
            0,
            List.of(LR, decay),
            s ->
                c ->
                    new Updates(
                        descent(c, gradient(c), s.get(LR))
                            .tensors()
                            .minus(c.tf(), times(c, c.params().tensors(), s.get(decay)))));
    assertThat(Mutant.outcome(provider, OptimizerRule.OPT_16)).isEqualTo(Outcome.PASSED);
  }

  @Test
  void a_number_that_the_first_step_is_not_in_proportion_to_is_no_learning_rate() {
    Stub.OfOptimizer signs =
        stub(
            1,
            0,
            List.of(KAPPA),
            s ->
                c ->
                    descent(
                        c,
                        gradient(c).map(g -> c.tf().math.add(g, c.tf().constant(1f))),
                        0.01 + s.get(KAPPA)));
    assertThat(Mutant.outcome(signs, OptimizerRule.OPT_16)).isEqualTo(Outcome.NOT_APPLICABLE);
  }

  @Test
  void without_a_learning_rate_there_is_none_to_be_0() {
    assertThat(Mutant.outcome(stub(1, 0, c -> descent(c, gradient(c), 0.1)), OptimizerRule.OPT_16))
        .isEqualTo(Outcome.NOT_APPLICABLE);
  }

  @Test
  void a_period_that_does_not_divide_the_steps_leaves_a_rest_of_passes() {
    Stub.OfOptimizer everyThird =
        stub(4 / 3.0, 0, every(3, c -> sam(c, 0.1, 0.1), c -> descent(c, gradient(c), 0.1)));
    assertThat(Mutant.outcome(everyThird, OptimizerRule.OPT_04)).isEqualTo(Outcome.PASSED);
  }
}
