package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenRateTest {
  private final AtomicLong clock = new AtomicLong();
  private final TokenRate rate = new TokenRate(clock::get);

  @Test
  void the_first_step_of_a_stage_builds_its_graph_and_does_not_count() {
    assertThat(rate.perSecond()).isEmpty();
    clock.set(5_000_000_000L);
    rate.step("a", 100);
    assertThat(rate.perSecond()).isEmpty();
    clock.set(7_000_000_000L);
    rate.step("a", 400);
    assertThat(rate.perSecond()).as("300 tokens in 2 seconds").hasValue(150);
  }

  @Test
  void another_stage_begins_again() {
    rate.step("a", 100);
    clock.set(1_000_000_000L);
    rate.step("a", 200);
    rate.step("b", 50);
    assertThat(rate.perSecond()).isEmpty();
    clock.set(1_500_000_000L);
    rate.step("b", 100);
    assertThat(rate.perSecond()).as("50 tokens in half a second").hasValue(100);
  }
}
