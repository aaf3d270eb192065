package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Capable;
import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.tck.LinesTracker.Fault;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import io.github.palimpsest.tck.rule.TrackerRule;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TrackerMutantsTest {
  private static Mutant mutant(TrackerRule rule, Fault fault, String typical) {
    String what = fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    return new Mutant(rule, what, LinesTracker.with(fault), typical);
  }

  private static List<Mutant> mutants() {
    return List.of(
        mutant(TrackerRule.TRK_01, Fault.LATE, "missing: [1: "),
        mutant(TrackerRule.TRK_01, Fault.FIRST_PART, "missing: [3: "),
        mutant(TrackerRule.TRK_02, Fault.REPEATS, "duplicate or unknown: [1: "),
        mutant(TrackerRule.TRK_02, Fault.FORGETS, "shown again by another tracker"),
        mutant(TrackerRule.TRK_03, Fault.NOTES_FIRST, "after a show that failed half-way"),
        mutant(TrackerRule.TRK_04, Fault.PLAIN_NAMES, "of odd names"),
        mutant(TrackerRule.TRK_04, Fault.LETTERS, "of odd names"),
        mutant(TrackerRule.TRK_05, Fault.EAGER, "it is there already"),
        mutant(TrackerRule.TRK_05, Fault.NEEDS_SHOW, "close() does nothing"));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(TrackerRule.values()));
  }

  private static Map<Rule, Outcome> outcomes(Stub.OfTracker tracker) {
    return Certification.here(Subject.of(tracker)).verdicts().stream()
        .collect(Collectors.toMap(Verdict::rule, Verdict::outcome));
  }

  @Test
  void a_tracker_that_reads_its_file_before_it_writes_keeps_every_rule() {
    Map<Rule, Outcome> outcomes = outcomes(LinesTracker.with(Fault.NONE));
    for (TrackerRule rule : TrackerRule.values()) {
      assertThat(outcomes.get(rule)).as(rule.id()).isEqualTo(Outcome.PASSED);
    }
    assertThat(outcomes.get(SpiRule.SPI_07))
        .as("a tracker has a server's clock and threads to itself")
        .isEqualTo(Outcome.NOT_APPLICABLE);
  }

  /** Shows nothing that anybody could look at. */
  private record Mute() implements Tracker {
    @Override
    public String target() {
      return "nowhere";
    }

    @Override
    public void show(TrackedExperiment experiment) {}

    @Override
    public void close() {}
  }

  @Test
  void what_a_tracker_that_cannot_read_its_target_shows_is_not_judged() {
    Map<Rule, Outcome> outcomes =
        outcomes(new Stub.OfTracker(List.of(LinesTracker.TARGET), s -> new Mute()));
    assertThat(outcomes)
        .containsEntry(TrackerRule.TRK_01, Outcome.NOT_APPLICABLE)
        .containsEntry(TrackerRule.TRK_05, Outcome.PASSED);
    assertThat(((Capable) new Mute()).capability(io.github.palimpsest.api.tracker.Readback.class))
        .isEmpty();
  }
}
