package io.github.palimpsest.tck.optimizer;

import static io.github.palimpsest.tck.optimizer.Steps.BASE;
import static io.github.palimpsest.tck.optimizer.Steps.LR;
import static io.github.palimpsest.tck.optimizer.Steps.RHO;
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
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.tck.Mutant;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Stub;
import io.github.palimpsest.tck.rule.OptimizerRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The size and direction of an ascent: rules OPT-07, OPT-15 and OPT-17. */
@Tag("native")
class OptimizerRadiusMutantsTest {
  private static final Setting<Double> REACH = Setting.real("reach", 0.05, 0, 10, "the radius");

  /** The base's update with its gradients taken at w + e. */
  private static Updates atAscent(StepContext c, Optimizer base, Tensors e) {
    return base.updates(
        c.withOracle(
            (at, terms, which) ->
                c.oracle().at(Params.of(at.tensors().plus(c.tf(), e)), terms, which)));
  }

  /** An ascent along the gradient, each element times a function of its weight. */
  private static Updates along(StepContext c, UnaryOperator<Operand<TFloat32>> f) {
    Ops tf = c.tf();
    Tensors t = c.params().tensors().map(f);
    Tensors scaled = t.times(tf, gradient(c));
    Tensors e = t.times(tf, scaled).scale(tf, tf.math.divNoNan(tf.constant(0.1f), scaled.norm(tf)));
    return descent(c, second(c, e), 0.1);
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            OptimizerRule.OPT_07,
            "SAM labelled ASAM",
            new Stub.OfOptimizer(
                Cost.passes(2),
                List.of(),
                EnumSet.of(Promise.SCALE_INVARIANT),
                s -> c -> descent(c, second(c, ascent(c, 0.1)), 0.1)),
            "the ascent of SAM"),
        new Mutant(
            OptimizerRule.OPT_15,
            "a gradient that is scaled whatever rho is",
            new Stub.OfOptimizer(
                Cost.passes(2),
                List.of(RHO, BASE),
                Promise.usual(Kind.OPTIMIZER),
                s ->
                    c -> {
                      Tensors e = ascent(c, s.get(RHO));
                      Updates u =
                          s.get(BASE)
                              .updates(
                                  c.withOracle(
                                      (at, terms, which) ->
                                          c.oracle()
                                              .at(
                                                  Params.of(at.tensors().plus(c.tf(), e)),
                                                  terms,
                                                  which)));
                      return new Updates(u.tensors().scale(c.tf(), c.tf().constant(1.1f)));
                    })),
        new Mutant(
            OptimizerRule.OPT_17,
            "a norm for each tensor by itself",
            new Stub.OfOptimizer(
                Cost.passes(2),
                List.of(RHO),
                EnumSet.of(Promise.EUCLIDEAN_ASCENT),
                s ->
                    c -> {
                      Tensors g = gradient(c);
                      Tensors e =
                          g.mapNamed(
                              (name, x) ->
                                  c.tf()
                                      .math
                                      .mul(
                                          x,
                                          c.tf()
                                              .math
                                              .divNoNan(
                                                  c.tf().constant(s.get(RHO).floatValue()),
                                                  Tensors.of(Map.of(name, x)).norm(c.tf()))));
                      return descent(c, second(c, e), 0.1);
                    }),
            "each tensor by itself"),
        new Mutant(
            OptimizerRule.OPT_07,
            "an ascent by the square of the weights",
            stub(
                2,
                0,
                List.of(),
                EnumSet.of(Promise.SCALE_INVARIANT),
                s -> c -> along(c, w -> c.tf().math.square(w))),
            "times as far"),
        new Mutant(
            OptimizerRule.OPT_07,
            "no ascent at all",
            stub(
                2,
                0,
                List.of(),
                EnumSet.of(Promise.SCALE_INVARIANT),
                s -> c -> descent(c, gradient(c).plus(c.tf(), gradient(c)), 0.05))),
        new Mutant(
            OptimizerRule.OPT_17,
            "half of the radius",
            stub(
                2,
                0,
                List.of(RHO),
                EnumSet.of(Promise.EUCLIDEAN_ASCENT),
                s -> c -> sam(c, s.get(RHO) / 2, 0.1))),
        new Mutant(
            OptimizerRule.OPT_17,
            "a thousandth more than the radius",
            stub(
                2,
                0,
                List.of(RHO),
                EnumSet.of(Promise.EUCLIDEAN_ASCENT),
                s -> c -> sam(c, s.get(RHO) * 1.001, 0.1))),
        new Mutant(
            OptimizerRule.OPT_17,
            "a descent of length rho",
            stub(
                2,
                0,
                List.of(RHO),
                EnumSet.of(Promise.EUCLIDEAN_ASCENT),
                s -> c -> sam(c, -s.get(RHO), 0.1)),
            "it descends before it descends"),
        new Mutant(
            OptimizerRule.OPT_15,
            "a radius that cancels",
            stub(
                2,
                0,
                List.of(RHO, BASE),
                s ->
                    c -> {
                      Tensors scaled = times(c, gradient(c), s.get(RHO));
                      Tensors e = scaled.scale(c.tf(), c.tf().math.reciprocal(scaled.norm(c.tf())));
                      return atAscent(c, s.get(BASE), times(c, e, s.get(RHO)));
                    }),
            "0/0"),
        new Mutant(
            OptimizerRule.OPT_15,
            "slow weights of which no promise tells, every six steps",
            withSlowWeights(6, Promise.usual(Kind.OPTIMIZER)),
            ".promisesNot(Promise.BASE_WITHOUT_RADIUS)"),
        new Mutant(
            OptimizerRule.OPT_17,
            "half of a radius of another name",
            stub(
                2,
                0,
                List.of(LR, REACH),
                EnumSet.of(Promise.EUCLIDEAN_ASCENT),
                s -> c -> sam(c, s.get(REACH) / 2, s.get(LR)))),
        new Mutant(
            OptimizerRule.OPT_17,
            "a radius that is no setting",
            stub(
                2,
                0,
                List.of(LR, BASE),
                EnumSet.of(Promise.EUCLIDEAN_ASCENT),
                s -> c -> atAscent(c, s.get(BASE), ascent(c, 0.1))),
            "moves the points of the oracle calls"));
  }

  /** SAM, and every k steps half of the way back to where the last of them ended. */
  private static Stub.OfOptimizer withSlowWeights(int usual, Set<Promise> promised) {
    Setting<Integer> period =
        Setting.integer("k", usual, 1, 10_000, "steps between two of the slow weights");
    return stub(
        2,
        1,
        List.of(RHO, BASE, period),
        promised,
        s ->
            c -> {
              Ops tf = c.tf();
              int k = s.get(period);
              Tensors u = atAscent(c, s.get(BASE), ascent(c, s.get(RHO))).tensors();
              Tensors fast = c.params().tensors().plus(tf, u);
              Tensors back = c.slots().old("back", fast, 0);
              Operand<TFloat32> now = c.scheduled((step, total) -> (step + 1) % k == 0 ? 1 : 0);
              Operand<TFloat32> half = tf.math.mul(now, tf.constant(0.5f));
              Tensors sum = back.plus(tf, u);
              c.slots().next("back", sum.scale(tf, tf.math.sub(tf.constant(1f), now)));
              return new Updates(u.minus(tf, sum.scale(tf, half)));
            });
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void what_keeps_the_rules_of_the_ascent_is_no_breach() {
    Stub.OfOptimizer asam =
        stub(
            2,
            0,
            List.of(RHO),
            EnumSet.of(Promise.SCALE_INVARIANT),
            s -> c -> along(c, w -> c.tf().math.abs(w)));
    assertThat(Mutant.outcome(asam, OptimizerRule.OPT_07)).isEqualTo(Outcome.PASSED);
    Stub.OfOptimizer sam =
        stub(
            2,
            0,
            List.of(RHO, BASE),
            EnumSet.of(Promise.EUCLIDEAN_ASCENT, Promise.BASE_WITHOUT_RADIUS),
            s -> c -> atAscent(c, s.get(BASE), ascent(c, s.get(RHO))));
    for (OptimizerRule rule :
        List.of(
            OptimizerRule.OPT_05,
            OptimizerRule.OPT_06,
            OptimizerRule.OPT_15,
            OptimizerRule.OPT_17)) {
      assertThat(Mutant.outcome(sam, rule)).as("%s", rule).isEqualTo(Outcome.PASSED);
    }
    Stub.OfOptimizer renamed =
        stub(
            2,
            0,
            List.of(LR, REACH, BASE),
            EnumSet.of(Promise.EUCLIDEAN_ASCENT, Promise.BASE_WITHOUT_RADIUS),
            s -> c -> atAscent(c, s.get(BASE), ascent(c, s.get(REACH))));
    for (OptimizerRule rule : List.of(OptimizerRule.OPT_15, OptimizerRule.OPT_17)) {
      assertThat(Mutant.outcome(renamed, rule)).as("%s", rule).isEqualTo(Outcome.PASSED);
    }
    Stub.OfOptimizer everyThird =
        stub(4 / 3.0, 0, every(3, c -> sam(c, 0.1, 0.1), c -> descent(c, gradient(c), 0.1)));
    assertThat(Mutant.outcome(everyThird, OptimizerRule.OPT_05)).isEqualTo(Outcome.PASSED);
  }

  @Test
  void a_tolerance_that_is_asked_for_multiplies_those_of_the_rules() {
    Stub.OfOptimizer further =
        stub(
            2,
            0,
            List.of(RHO),
            EnumSet.of(Promise.EUCLIDEAN_ASCENT),
            s -> c -> sam(c, s.get(RHO) * 1.001, 0.1));
    assertThat(Mutant.outcome(further, OptimizerRule.OPT_17, 9)).isEqualTo(Outcome.FAILED);
    assertThat(Mutant.outcome(further, OptimizerRule.OPT_17, 20)).isEqualTo(Outcome.PASSED);
    Stub.OfOptimizer larger =
        stub(
            2,
            0,
            List.of(RHO, BASE),
            s ->
                c ->
                    new Updates(
                        times(
                            c,
                            atAscent(c, s.get(BASE), ascent(c, s.get(RHO))).tensors(),
                            1 + 1e-4)));
    assertThat(Mutant.outcome(larger, OptimizerRule.OPT_15, 5)).isEqualTo(Outcome.FAILED);
    assertThat(Mutant.outcome(larger, OptimizerRule.OPT_15, 20)).isEqualTo(Outcome.PASSED);
  }

  @Test
  void what_an_optimizer_does_not_have_is_not_asked_of_it() {
    Stub.OfOptimizer plain = stub(1, 0, List.of(LR), s -> c -> descent(c, gradient(c), s.get(LR)));
    for (OptimizerRule rule :
        List.of(
            OptimizerRule.OPT_05,
            OptimizerRule.OPT_06,
            OptimizerRule.OPT_07,
            OptimizerRule.OPT_15,
            OptimizerRule.OPT_17)) {
      assertThat(Mutant.outcome(plain, rule)).as("%s", rule).isEqualTo(Outcome.NOT_APPLICABLE);
    }
    Stub.OfOptimizer noRadius =
        stub(2, 0, List.of(BASE), s -> c -> atAscent(c, s.get(BASE), ascent(c, 0.1)));
    assertThat(Mutant.outcome(noRadius, OptimizerRule.OPT_15)).isEqualTo(Outcome.NOT_APPLICABLE);
    assertThat(Mutant.outcome(noRadius, OptimizerRule.OPT_17)).isEqualTo(Outcome.NOT_APPLICABLE);
    for (int period : new int[] {2, 5, 6, 500}) {
      assertThat(Mutant.outcome(withSlowWeights(period, Set.of()), OptimizerRule.OPT_15))
          .as("slow weights every %s steps, and the promise withdrawn", period)
          .isEqualTo(Outcome.NOT_APPLICABLE);
    }
    Stub.OfOptimizer noBase = stub(2, 0, List.of(RHO), s -> c -> sam(c, s.get(RHO), 0.1));
    assertThat(Mutant.outcome(noBase, OptimizerRule.OPT_15)).isEqualTo(Outcome.NOT_APPLICABLE);
  }
}
