package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.tck.checks.Checks;
import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A component that breaks one rule.
 *
 * @param rule the rule that its check must name
 * @param what what is wrong with it
 * @param provider the component
 * @param typicalOf words that the message must hold, or nothing
 */
public record Mutant(Rule rule, String what, Provider<?> provider, String typicalOf) {
  public Mutant(Rule rule, String what, Provider<?> provider) {
    this(rule, what, provider, "");
  }

  public static Stream<DynamicTest> tests(Collection<Mutant> mutants) {
    return mutants.stream()
        .map(m -> DynamicTest.dynamicTest(m.rule.id() + " is broken by: " + m.what, m::isRefused));
  }

  /** Every rule that can be tested has a mutant. */
  public static void cover(Collection<Mutant> mutants, Collection<? extends Rule> rules) {
    Set<Rule> broken = new LinkedHashSet<>();
    mutants.forEach(m -> broken.add(m.rule));
    assertThat(broken)
        .as("rules with a mutant")
        .containsAll(rules.stream().filter(r -> r.level() != Level.UNTESTED).toList());
  }

  void isRefused() {
    Subject<?> subject = Subject.of(provider);
    try (Checks checks = Checks.of(subject)) {
      // all rules of an optimizer take a second, and its step is the same in each
      boolean isSlow = provider.kind() == Kind.REGULARIZER && Boolean.getBoolean(Pinned.ALONE);
      boolean everyRule = provider.kind() != Kind.OPTIMIZER && !isSlow;
      List<Verdict> verdicts =
          checks.all().stream()
              .filter(c -> everyRule || c.rule() == rule)
              .filter(c -> c.rule() == rule || !(c.rule() instanceof SpiRule))
              .map(c -> c.run(subject.toString()))
              .toList();
      Verdict verdict = verdicts.stream().filter(v -> v.rule() == rule).findFirst().orElseThrow();
      assertThat(verdict.outcome())
          .as("%s: %s", rule.id(), verdict.text())
          .isIn(EnumSet.of(Outcome.FAILED, Outcome.WARNED));
      assertThat(verdict.explained())
          .as("a bare exception is no explanation: %s", verdict.text())
          .isTrue();
      assertThat(verdict.text())
          .startsWith("[" + rule.id() + " ")
          .contains("\n  subject ", "\n  expected ", "\n  actual ", rule.text().lookAt())
          .contains(rule.text().link())
          .contains(typicalOf);
      Pinned.agrees(what, verdict, everyRule ? broken(verdicts) : List.of());
    }
  }

  /** What the kit says of a component and one rule. */
  public static Outcome outcome(Provider<?> provider, Rule rule) {
    return outcome(provider, rule, 1);
  }

  /** The same where every numeric tolerance is so many times as large. */
  public static Outcome outcome(Provider<?> provider, Rule rule, double tolerance) {
    Subject<?> subject = Subject.of(provider, "", tolerance);
    try (Checks checks = Checks.of(subject)) {
      return checks.all().stream()
          .filter(c -> c.rule() == rule)
          .findFirst()
          .orElseThrow()
          .run(subject.toString())
          .outcome();
    }
  }

  private static List<String> broken(List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(v -> v.outcome() == Outcome.FAILED || v.outcome() == Outcome.WARNED)
        .map(v -> v.rule().id())
        .toList();
  }

  /** Asks that a rule was broken, explained, with some words and where to look. */
  public static void refused(String what, List<Verdict> verdicts, Rule rule, String words) {
    assertThat(verdicts)
        .filteredOn(v -> v.rule() == rule)
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.outcome()).isEqualTo(Outcome.FAILED);
              assertThat(v.explained()).as(v.text()).isTrue();
              assertThat(v.text()).contains(words, rule.text().lookAt());
              Pinned.agrees(what, v, broken(verdicts));
            });
  }
}
