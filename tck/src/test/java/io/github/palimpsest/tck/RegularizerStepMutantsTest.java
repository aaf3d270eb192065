package io.github.palimpsest.tck;

import static io.github.palimpsest.tck.Pulls.LAMBDA;
import static io.github.palimpsest.tck.Pulls.USUAL;
import static io.github.palimpsest.tck.Pulls.pull;
import static io.github.palimpsest.tck.subject.GradientConstraints.later;
import static io.github.palimpsest.tck.subject.GradientConstraints.scaled;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.tck.rule.RegularizerRule;
import io.github.palimpsest.tck.subject.GradientConstraints;
import io.github.palimpsest.tck.subject.QuadraticPull;
import io.github.palimpsest.tck.subject.QuadraticPull.Mistake;
import io.github.palimpsest.tck.subject.TokenWeights;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a regularizer does to the steps of a task other than by its penalty. */
@Tag("native")
class RegularizerStepMutantsTest {
  static List<Mutant> mutants() {
    return Stream.of(ofTokenWeights(), ofConstraints(), ofTracking())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Mutant> ofTokenWeights() {
    return List.of(
        weighting(
            "negative weights of tokens",
            (tf, p) -> tf.math.neg(TokenWeights.chance(tf, p)),
            "at least 0"),
        weighting(
            "weights of tokens that are no numbers",
            (tf, p) -> tf.math.div(TokenWeights.chance(tf, p), tf.constant(0f)),
            "finite"),
        weighting(
            "one weight for all tokens",
            (tf, p) -> tf.sum(TokenWeights.chance(tf, p), tf.constant(0)),
            "one weight for each"),
        weighting(
            "weights of tokens over their mean in the batch",
            (tf, p) ->
                tf.math.div(
                    TokenWeights.chance(tf, p),
                    tf.math.mean(TokenWeights.chance(tf, p), tf.constant(0))),
            "a statistic of the batch"));
  }

  /** A strength of 0 turns the weights off. */
  private static Mutant weighting(String what, TokenWeights weights, String typical) {
    return new Mutant(
        RegularizerRule.REG_16,
        what,
        new Stub.OfRegularizer(
            Cost.NONE.snapshots(2),
            List.of(LAMBDA),
            USUAL,
            s ->
                s.get(LAMBDA) == 0
                    ? new QuadraticPull(0)
                    : weights.with(new QuadraticPull(s.get(LAMBDA)))),
        typical);
  }

  private static List<Mutant> ofConstraints() {
    return List.of(
        constraining(
            "a gradient that is turned round",
            later((site, g) -> scaled(site, g, -0.5)),
            "the opposite of the gradient"),
        constraining(
            "a gradient that becomes longer",
            later((site, g) -> scaled(site, g, 1.5)),
            "added instead of taken away"),
        constraining(
            "gradients that are halved before there is a task to protect",
            (site, g) -> scaled(site, g, 0.5),
            "before any task is finished"),
        constraining(
            "gradients that are no numbers",
            later((site, g) -> scaled(site, g, Double.NaN)),
            "finite numbers"),
        constraining(
            "the gradient of one tensor",
            later(
                (site, g) -> {
                  String first = g.names().iterator().next();
                  return Tensors.of(Map.of(first, g.get(first)));
                }),
            "names and shapes"),
        constraining(
            "a push where there is no gradient",
            later(
                (site, g) ->
                    scaled(site, g, 0.5)
                        .map(x -> site.tf().math.add(x, site.tf().constant(1e-3f)))),
            "which is 0"),
        constrainingBy(
            "a constraint that counts in a field",
            good -> {
              int[] bindings = {0};
              return site -> {
                int count = ++bindings[0];
                return later((in, g) -> scaled(in, g, 1.0 / count)).with(good).bind(site);
              };
            },
            "kept in a field"));
  }

  private static Mutant constraining(String what, GradientConstraints by, String typical) {
    return constrainingBy(what, by::with, typical);
  }

  private static Mutant constrainingBy(
      String what, Function<Regularizer, Regularizer> by, String typical) {
    return new Mutant(RegularizerRule.REG_17, what, constrained(by), typical);
  }

  /** A strength of 0 turns the constraint off. */
  private static Stub.OfRegularizer constrained(Function<Regularizer, Regularizer> by) {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(LAMBDA),
        USUAL,
        s ->
            s.get(LAMBDA) == 0 ? new QuadraticPull(0) : by.apply(new QuadraticPull(s.get(LAMBDA))));
  }

  private static List<Mutant> ofTracking() {
    return List.of(
        new Mutant(
            RegularizerRule.REG_18,
            "a pass of its own in each step, which is not declared",
            pull(2, Mistake.SUMMED_STEP_GRADIENTS),
            "that the optimizer did not make"));
  }

  @TestFactory
  Stream<DynamicTest> every_wrong_weight_of_tokens_is_refused_by_its_rule() {
    return Mutant.tests(ofTokenWeights());
  }

  @TestFactory
  Stream<DynamicTest> every_wrong_constraint_of_gradients_is_refused_by_its_rule() {
    return Mutant.tests(ofConstraints());
  }

  @TestFactory
  Stream<DynamicTest> every_pass_that_is_not_declared_is_refused() {
    return Mutant.tests(ofTracking());
  }

  @Test
  void a_constraint_that_halves_gradients_after_a_task_is_allowed() {
    Stub.OfRegularizer halves = constrained(later((site, g) -> scaled(site, g, 0.5))::with);
    assertThat(Mutant.outcome(halves, RegularizerRule.REG_17)).isEqualTo(Outcome.PASSED);
    assertThat(Mutant.outcome(pull(2), RegularizerRule.REG_17)).isEqualTo(Outcome.NOT_APPLICABLE);
  }

  /** The gradients of the data loss are there if the gradient of the penalty is in closed form. */
  @Test
  void what_the_optimizer_has_asked_for_costs_no_pass() {
    assertThat(
            Mutant.outcome(
                pull(2, Mistake.SUMMED_STEP_GRADIENTS, Mistake.GIVES_A_LITTLE_MORE),
                RegularizerRule.REG_18))
        .isEqualTo(Outcome.PASSED);
  }

  /** The constraint is of the last task alone, by the memory of its weights. */
  @Test
  void a_constraint_of_the_last_task_alone_does_not_count_all_tasks() {
    assertThat(USUAL).contains(Promise.COUNTS_ALL_TASKS);
    Stub.OfRegularizer last =
        new Stub.OfRegularizer(
            Cost.NONE.snapshots(2),
            List.of(),
            USUAL,
            s ->
                later(
                        (site, g) -> {
                          Tensors a = site.memory("anchor-" + (site.finishedTasks() - 1));
                          Tensors share = a.map(x -> site.tf().math.sigmoid(x));
                          return g.times(site.tf(), share);
                        })
                    .with(new QuadraticPull(0)));
    assertThat(Mutant.outcome(last, RegularizerRule.REG_07)).isEqualTo(Outcome.FAILED);
    assertThat(Mutant.outcome(last, RegularizerRule.REG_17)).isEqualTo(Outcome.PASSED);
  }
}
