package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ClosedReferenceMetric;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.NeedsReferences;
import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.tck.rule.MetricRule;
import io.github.palimpsest.tck.rule.SpiRule;
import io.github.palimpsest.tck.subject.ClosedForms;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MetricMutantsTest {
  /** A metric made of a function. */
  private record Formula(boolean higherIsBetter, Function<ScoreMatrix, OptionalDouble> formula)
      implements ForgettingMetric {
    @Override
    public OptionalDouble of(ScoreMatrix scores) {
      return formula.apply(scores);
    }
  }

  /** Adds what it was asked before. */
  private static final class Remembering implements ForgettingMetric {
    private int asked;

    @Override
    public boolean higherIsBetter() {
      return true;
    }

    @Override
    public OptionalDouble of(ScoreMatrix scores) {
      return OptionalDouble.of(asked++);
    }
  }

  private static Stub.OfMetric metric(ForgettingMetric metric) {
    return new Stub.OfMetric(
        Cost.NONE, List.of(), Set.of(Promise.MEASURES_FORGETTING), s -> metric);
  }

  private static Stub.OfMetric metric(Function<ScoreMatrix, OptionalDouble> formula) {
    return metric(new Formula(true, formula));
  }

  /** The mean of {@code sign (R[T][i] - R[i][i])} over the earlier tasks; empty for one task. */
  private static OptionalDouble transfer(ScoreMatrix scores, double sign) {
    int last = scores.tasks() - 1;
    return measured(
        IntStream.range(0, last)
            .mapToDouble(i -> sign * (scores.after(last, i) - scores.after(i, i))));
  }

  /** The mean; empty for none and if one was not measured. */
  private static OptionalDouble measured(DoubleStream values) {
    OptionalDouble mean = values.average();
    return mean.isPresent() && Double.isNaN(mean.getAsDouble()) ? OptionalDouble.empty() : mean;
  }

  private static double direction(ScoreMatrix scores) {
    return scores.higherScoresAreBetter() ? 1 : -1;
  }

  private static OptionalDouble backward(ScoreMatrix scores) {
    return transfer(scores, direction(scores));
  }

  /** The mean drop from the best score that a task ever had once it was trained. */
  private static OptionalDouble forgetting(ScoreMatrix scores) {
    int last = scores.tasks() - 1;
    double sign = direction(scores);
    return measured(
        IntStream.range(0, last)
            .mapToDouble(
                i ->
                    IntStream.rangeClosed(i, last)
                            .mapToDouble(t -> sign * scores.after(t, i))
                            .max()
                            .orElseThrow()
                        - sign * scores.after(last, i)));
  }

  /** The mean outcome of the task trained first, which no order of its examples changes. */
  private static OptionalDouble outcomes(ScoreMatrix scores) {
    return Arrays.stream(scores.perExample(scores.tasks() - 1, 0)).average();
  }

  /** The first example's outcome counts twice. */
  private static OptionalDouble firstCountsTwice(ScoreMatrix scores) {
    double[] all = scores.perExample(scores.tasks() - 1, 1 % scores.tasks());
    return OptionalDouble.of((all[0] + Arrays.stream(all).sum()) / (all.length + 1));
  }

  /** Defined where the first example's outcome is 1. */
  private static OptionalDouble ifTheFirst(ScoreMatrix scores) {
    double[] all = scores.perExample(scores.tasks() - 1, 1 % scores.tasks());
    return all[0] == 1 ? OptionalDouble.of(0.5) : OptionalDouble.empty();
  }

  /** The mean of {@code s (a[k] - R[k][k])} over the tasks. */
  private static OptionalDouble missed(ScoreMatrix scores, IntToDoubleFunction reference) {
    double sign = direction(scores);
    return measured(
        IntStream.range(0, scores.tasks())
            .mapToDouble(k -> sign * (reference.applyAsDouble(k) - scores.after(k, k))));
  }

  /** A metric with reference scores and the closed form of {@link #missed}. */
  private static ForgettingMetricProvider compared(Function<ScoreMatrix, OptionalDouble> formula) {
    return ForgettingMetricProvider.of("tck.stub", "a stub", "1/T sum s (a[k] - R[k, k])")
        .traits(Traits.of(Onset.AFTER_TRAINING, Cost.NONE, "a test"))
        .promisesNot(Promise.MEASURES_FORGETTING)
        .with(NeedsReferences.class, s -> ReferenceTraining.JOINT)
        .with(
            ClosedReferenceMetric.class,
            (s, before, r, a, higher) ->
                IntStream.range(0, r.length)
                    .mapToDouble(k -> higher ? a[k] - r[k][k] : r[k][k] - a[k])
                    .average())
        .creates(s -> new Formula(false, formula));
  }

  private static OptionalDouble throwing(ScoreMatrix scores) {
    if (scores.tasks() == 1) {
      throw new IllegalStateException("no earlier task");
    }
    return backward(scores);
  }

  private static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            MetricRule.MET_04, "a task less in the mean", ClosedForms.mean(1), "its closed form"),
        new Mutant(
            MetricRule.MET_01,
            "the wrong sign",
            metric(s -> transfer(s, -direction(s))),
            "the wrong sign"),
        new Mutant(
            MetricRule.MET_01,
            "no number, whatever the sign",
            metric(s -> OptionalDouble.of(Double.NaN)),
            "not a number, whatever the sign"),
        new Mutant(
            MetricRule.MET_01,
            "losses that are taken for scores",
            metric(s -> transfer(s, 1)),
            "where lower scores are better"),
        new Mutant(
            MetricRule.MET_01,
            "forgetting that says that higher is better",
            metric(MetricMutantsTest::forgetting),
            "(higher is better)"),
        new Mutant(
            MetricRule.MET_01,
            "backward transfer that says that lower is better",
            metric(new Formula(false, MetricMutantsTest::backward)),
            "(lower is better)"),
        new Mutant(
            MetricRule.MET_01,
            "a mean that promises to measure forgetting",
            metric(
                new Formula(
                    true, s -> OptionalDouble.of(direction(s) * s.after(s.tasks() - 1, 0)))),
            "nothing forgotten"),
        new Mutant(
            MetricRule.MET_01,
            "nothing at all that promises to measure forgetting",
            metric(s -> OptionalDouble.empty()),
            "OptionalDouble.empty"),
        new Mutant(
            MetricRule.MET_02,
            "a division by tasks - 1",
            metric(
                s -> {
                  OptionalDouble mean = backward(s);
                  return mean.isPresent() ? mean : OptionalDouble.of(0.0 / (s.tasks() - 1));
                }),
            "a division by tasks - 1"),
        new Mutant(
            MetricRule.MET_02,
            "a task that was not trained yet",
            metric(s -> OptionalDouble.of(direction(s) * s.after(0, s.tasks() - 1))),
            "a cell that was not measured"),
        new Mutant(
            MetricRule.MET_02,
            "the mean drop of a model that exists only at the end",
            metric(
                s ->
                    s.tasks() == 1
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(direction(s) * (s.after(3, 0) - s.after(0, 0)))),
            "a cell that was not measured"),
        new Mutant(
            MetricRule.MET_02,
            "infinite where all was measured",
            metric(
                s ->
                    Double.isNaN(s.after(0, s.tasks() - 1)) || s.tasks() == 1
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(Double.POSITIVE_INFINITY)),
            "Infinity"),
        new Mutant(
            MetricRule.MET_02,
            "the mean drop as a share of the first score",
            metric(
                s ->
                    measured(
                        IntStream.range(0, s.tasks() - 1)
                            .mapToDouble(
                                i ->
                                    direction(s)
                                        * (s.after(s.tasks() - 1, i) / s.after(i, i) - 1)))),
            "a division by a score, which may be 0"),
        new Mutant(
            MetricRule.MET_02,
            "an exception for one task",
            metric(MetricMutantsTest::throwing),
            "no earlier task"),
        new Mutant(
            MetricRule.MET_03,
            "state between calls",
            metric(new Remembering()),
            "state between calls"),
        new Mutant(
            MetricRule.MET_03,
            "an example that counts for its place",
            metric(MetricMutantsTest::firstCountsTwice),
            "examples in reverse order"),
        new Mutant(
            MetricRule.MET_03,
            "a value only where the first example is right",
            metric(MetricMutantsTest::ifTheFirst),
            "OptionalDouble.empty"),
        new Mutant(
            MetricRule.MET_04,
            "the reference score of another task",
            compared(s -> missed(s, k -> s.reference(Math.max(0, k - 1)))),
            "its closed form"),
        new Mutant(
            MetricRule.MET_05,
            "a reference score that no runner measures",
            metric(s -> OptionalDouble.of(s.reference(0))),
            "the provider lacks NeedsReferences"),
        new Mutant(
            MetricRule.MET_05,
            "reference models that are trained for nothing",
            compared(s -> OptionalDouble.of(s.after(0, 0))),
            "without a use of ScoreMatrix.reference"),
        new Mutant(
            MetricRule.MET_05,
            "a reference score that was not measured and counts as 0",
            compared(s -> missed(s, k -> Double.isNaN(s.reference(k)) ? 0 : s.reference(k))),
            "no reference score measured"),
        new Mutant(SpiRule.SPI_03, "a metric that is handed out again", metric(new Remembering())));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void a_metric_is_compared_with_its_closed_form_if_it_has_one() {
    assertThat(Mutant.outcome(ClosedForms.mean(0), MetricRule.MET_04)).isEqualTo(Outcome.PASSED);
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(MetricRule.values()));
  }

  @Test
  void a_metric_of_reference_scores_that_its_provider_declares_keeps_every_rule() {
    assertThat(Certification.here(Subject.of(compared(s -> missed(s, s::reference)))).verdicts())
        .filteredOn(v -> !(v.rule() instanceof SpiRule))
        .hasSize(MetricRule.values().length)
        .extracting(Verdict::outcome)
        .containsOnly(Outcome.PASSED);
  }

  private static void keepsEveryRule(Stub<ForgettingMetric> metric) {
    assertThat(Certification.here(Subject.of(metric)).verdicts())
        .filteredOn(v -> !(v.rule() instanceof SpiRule))
        .filteredOn(v -> v.rule() != MetricRule.MET_04) // none has a closed form
        .extracting(Verdict::outcome)
        .hasSize(MetricRule.values().length - 1)
        .containsOnly(Outcome.PASSED);
  }

  /** A metric that need not be 0 where nothing was forgotten. */
  private static Stub.OfMetric anything(Function<ScoreMatrix, OptionalDouble> formula) {
    return new Stub.OfMetric(Cost.NONE, List.of(), Set.of(), s -> new Formula(true, formula));
  }

  @Test
  void measures_of_forgetting_in_either_direction_keep_every_rule() {
    keepsEveryRule(metric(MetricMutantsTest::backward));
    keepsEveryRule(metric(new Formula(false, MetricMutantsTest::forgetting)));
  }

  @Test
  void what_is_constant_or_empty_keeps_every_rule_if_it_promises_no_zero() {
    keepsEveryRule(anything(s -> OptionalDouble.of(0.5)));
    keepsEveryRule(anything(s -> OptionalDouble.empty()));
    keepsEveryRule(anything(s -> OptionalDouble.of(s.before(0) * s.tasks())));
  }

  /** With losses, more right answers and a lower loss are not the same: this one is for scores. */
  @Test
  void outcomes_of_examples_are_read_without_regard_to_their_order() {
    Subject<?> subject = Subject.of(anything(MetricMutantsTest::outcomes));
    assertThat(Certification.here(subject).verdicts())
        .filteredOn(v -> v.rule() == MetricRule.MET_03)
        .extracting(Verdict::outcome)
        .containsExactly(Outcome.PASSED);
  }
}
