package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.tck.rule.MetricRule;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private final Failures failures = new Failures(FailuresTest.class);

  private Verdict tried(Rule rule, Check.Trial trial) {
    return new Check(rule, trial, failures).run("a component");
  }

  private static void lookUp(int place) {
    List.of(1, 2).get(place);
  }

  private static void change(List<Integer> input) {
    input.add(1);
  }

  @Test
  void one_mistake_breaks_one_rule_whatever_the_numbers_in_its_message() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int place = 5; place < 8; place++) {
      int one = place;
      outcomes.add(tried(MetricRule.MET_01, () -> lookUp(one)).outcome());
    }
    assertThat(outcomes).containsExactly(Outcome.FAILED, Outcome.UNTESTED, Outcome.UNTESTED);
    assertThat(tried(MetricRule.MET_02, () -> change(List.of())).outcome())
        .as("another exception")
        .isEqualTo(Outcome.FAILED);
  }

  @Test
  void an_exception_is_told_with_the_innermost_line_of_the_component_and_a_hint() {
    assertThat(tried(MetricRule.MET_01, () -> change(List.of())).text())
        .containsPattern(
            "UnsupportedOperationException, thrown at "
                + FailuresTest.class.getName()
                + "\\.change\\(FailuresTest\\.java:\\d+\\)  = a change of something that is read-only")
        .contains("\n  look at   this line");
  }

  @Test
  void a_recommendation_never_stands_for_a_binding_rule() {
    Check.Trial trial = () -> lookUp(5);
    assertThat(tried(SpiRule.SPI_12, trial).outcome()).isEqualTo(Outcome.WARNED);
    assertThat(tried(MetricRule.MET_01, trial).outcome()).isEqualTo(Outcome.FAILED);
    Verdict later = tried(MetricRule.MET_02, trial);
    assertThat(later.outcome()).isEqualTo(Outcome.UNTESTED);
    assertThat(later.text()).isEqualTo("as MET-01: the same exception");
  }
}
