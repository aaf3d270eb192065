package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Schedule;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Term;
import io.github.palimpsest.api.Updates;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class OptimizerMutantsTest {
  private static final Setting<Double> LR =
      Setting.real("lr", 0.1, 0, Double.MAX_VALUE, "learning rate");
  private static final Setting<Double> RHO =
      Setting.real("rho", 0.1, 0, Double.MAX_VALUE, "radius");
  private static final Setting<Optimizer> BASE = Setting.optimizer("base", "sgd", "the base");

  private static Stub.OfOptimizer stub(double passes, double slots, Optimizer optimizer) {
    return new Stub.OfOptimizer(new Cost(passes, slots, 0), List.of(), Set.of(), s -> optimizer);
  }

  private static Tensors gradient(StepContext c) {
    return c.oracle().gradient(c.params()).tensors();
  }

  private static Updates descent(StepContext c, Tensors g, double lr) {
    return new Updates(g.scale(c.tf(), c.tf().constant((float) -lr)));
  }

  private static Tensors ascent(StepContext c, double rho) {
    Ops tf = c.tf();
    Tensors g = gradient(c);
    return g.scale(tf, tf.math.divNoNan(tf.constant((float) rho), g.norm(tf)));
  }

  private static Tensors second(StepContext c, Tensors e) {
    return c.oracle().gradient(new Params(c.params().tensors().plus(c.tf(), e))).tensors();
  }

  /** Counts in a field: what no checkpoint holds. */
  private static final class Counting implements Optimizer {
    private int steps;

    @Override
    public Updates updates(StepContext c) {
      Operand<TFloat32> lr = c.scheduled((step, total) -> -0.01 * ++steps);
      return new Updates(gradient(c).scale(c.tf(), lr));
    }
  }

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

  private static Updates momentum(StepContext c, boolean kept) {
    Tensors old = c.slots().old("m", c.params().tensors(), 0);
    Tensors m = old.scale(c.tf(), c.tf().constant(0.9f)).plus(c.tf(), gradient(c));
    if (kept) {
      c.slots().next("m", m);
    }
    return descent(c, m, 0.01);
  }

  private static Tensors unseeded(StepContext c, Tensors like) {
    Ops tf = c.tf();
    return like.map(
        x ->
            tf.math.mul(
                tf.constant(0.1f),
                tf.random.randomStandardNormal(tf.constant(x.shape().asArray()), TFloat32.class)));
  }

  private static List<Mutant> mutants() {
    @Nullable Tensors[] known = new Tensors[1];
    @Nullable Params[] of = new Params[1];
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
            OptimizerRule.O7,
            "one pass declared, two made",
            stub(1, 0, c -> descent(c, second(c, ascent(c, 0.1)), 0.1))),
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
            "a second gradient that is thrown away",
            stub(
                2,
                0,
                c -> {
                  Tensors g = gradient(c);
                  second(c, ascent1(c, g));
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
                  return descent(c, c.oracle().gradient(new Params(back)).tensors(), 0.1);
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
                new Cost(2, 0, 0),
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
            OptimizerRule.OPT_07,
            "SAM labelled ASAM",
            new Stub.OfOptimizer(
                new Cost(2, 0, 0),
                List.of(),
                EnumSet.of(Promise.SCALE_INVARIANT),
                s -> c -> descent(c, second(c, ascent(c, 0.1)), 0.1)),
            "the ascent of SAM"),
        new Mutant(
            OptimizerRule.OPT_08,
            "momentum that is never set",
            stub(1, 1, c -> momentum(c, false)),
            "never set"),
        new Mutant(
            OptimizerRule.OPT_08,
            "momentum that is not declared",
            stub(1, 0, c -> momentum(c, true))),
        new Mutant(
            OptimizerRule.OPT_09,
            "slots of a neighbour",
            new Stub.OfOptimizer(
                new Cost(1, 1, 0), List.of(), Set.of(), s -> new Sharing(known, of))),
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
            OptimizerRule.OPT_12,
            "half a slot declared, one used",
            stub(1, 0.5, c -> momentum(c, true))),
        new Mutant(
            OptimizerRule.O2,
            "a gradient that is scaled whatever rho is",
            new Stub.OfOptimizer(
                new Cost(2, 0, 0),
                List.of(RHO, BASE),
                Set.of(),
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
                                                  new Params(at.tensors().plus(c.tf(), e)),
                                                  terms,
                                                  which)));
                      return new Updates(u.tensors().scale(c.tf(), c.tf().constant(1.1f)));
                    })),
        new Mutant(
            OptimizerRule.O3,
            "a decay that the learning rate does not scale",
            new Stub.OfOptimizer(
                new Cost(1, 0, 0),
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
            OptimizerRule.O4,
            "a norm for each tensor by itself",
            new Stub.OfOptimizer(
                new Cost(2, 0, 0),
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
            OptimizerRule.O6,
            "noise that differs with each run",
            stub(
                1,
                0,
                c -> descent(c, gradient(c).plus(c.tf(), unseeded(c, c.params().tensors())), 0.1))),
        new Mutant(
            OptimizerRule.O9,
            "a count of steps in a field",
            new Stub.OfOptimizer(new Cost(1, 0, 0), List.of(), Set.of(), s -> new Counting()),
            "outside the slots"),
        new Mutant(
            OptimizerRule.O11,
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
            OptimizerRule.O12,
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
            "grows with each step"));
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

  @Test
  void what_is_unusual_but_keeps_the_rules_is_no_breach() {
    Setting<Double> kappa = Setting.real("kappa", 1e-3, 0, 1, "the length of each step");
    List<Stub.OfOptimizer> unusual =
        List.of(
            stub(2, 0, OptimizerMutantsTest::slope),
            stub(1, 0, OptimizerMutantsTest::softened),
            new Stub.OfOptimizer(
                new Cost(1, 0, 0),
                List.of(kappa),
                Set.of(),
                s -> c -> descent(c, gradient(c).map(x -> c.tf().math.sign(x)), s.get(kappa))));
    for (Stub.OfOptimizer provider : unusual) {
      assertThat(Certification.here(Subject.of(provider)).verdicts())
          .filteredOn(v -> v.rule() instanceof OptimizerRule && v.refuses())
          .extracting(Verdict::text)
          .isEmpty();
    }
  }

  private static Tensors ascent1(StepContext c, Tensors g) {
    return g.scale(c.tf(), c.tf().math.divNoNan(c.tf().constant(0.1f), g.norm(c.tf())));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(OptimizerRule.values()));
  }
}
