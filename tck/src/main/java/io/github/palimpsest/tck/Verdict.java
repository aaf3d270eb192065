package io.github.palimpsest.tck;

import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.RuleText;

/**
 * The outcome of one rule for one subject.
 *
 * @param rule the rule
 * @param outcome the outcome
 * @param explained whether a check came to the outcome itself; false if the component threw
 * @param text the whole message if the rule is broken, the reason if it was not tested, otherwise
 *     empty
 */
public record Verdict(Rule rule, Outcome outcome, boolean explained, String text) {
  /** Whether this prevents a certificate. */
  public boolean refuses() {
    return outcome == Outcome.FAILED;
  }

  /** Whether there is a check that could not be made here, which prevents a certificate too. */
  public boolean isOpen() {
    return outcome == Outcome.UNTESTED && rule.level() != Level.UNTESTED;
  }

  static Verdict passed(Rule rule) {
    return new Verdict(rule, Outcome.PASSED, true, "");
  }

  static Verdict notApplicable(Rule rule, NotApplicable reason) {
    return new Verdict(rule, Outcome.NOT_APPLICABLE, true, reason.getMessage());
  }

  static Verdict untested(Rule rule, String reason) {
    return new Verdict(rule, Outcome.UNTESTED, true, reason);
  }

  static Verdict withoutBase(Rule rule, String base) {
    return new Verdict(
        rule,
        Outcome.UNTESTED,
        true,
        "kept over plain descent in place of '"
            + base
            + "', which no plugin here has: add the JAR that has it to the class path, of this"
            + " project's optimizers io.github.palimpsest:palimpsest-optimizers at test scope");
  }

  /** A rule that could not be tried because of what breaks another rule. */
  static Verdict prevented(Rule rule, Rule other, String reason) {
    return new Verdict(rule, Outcome.UNTESTED, false, "as " + other.id() + ": " + reason);
  }

  /** A breach that a check found itself. */
  static Verdict broken(Rule rule, String subject, Finding finding) {
    return broken(rule, subject, finding, true, rule.text().lookAt());
  }

  static Verdict broken(
      Rule rule, String subject, Finding finding, boolean explained, String lookAt) {
    Outcome outcome = rule.level() == Level.SHOULD ? Outcome.WARNED : Outcome.FAILED;
    return new Verdict(rule, outcome, explained, message(rule, subject, finding, lookAt));
  }

  private static String message(Rule rule, String subject, Finding f, String lookAt) {
    RuleText t = rule.text();
    String level = t.level() + (t.note().isEmpty() ? "" : ", " + t.note());
    StringBuilder s = new StringBuilder();
    s.append('[').append(t.id()).append(' ').append(level).append("] ").append(t.sentence());
    row(s, "subject", subject);
    row(s, "fixture", f.fixture());
    row(s, "expected", f.expected());
    row(s, "actual", f.actual() + (f.typicalOf().isEmpty() ? "" : "  = " + f.typicalOf()));
    row(s, "look at", lookAt);
    row(s, "spec", t.link());
    return s.toString();
  }

  private static void row(StringBuilder s, String label, String value) {
    s.append("\n  ").append(String.format("%-9s ", label));
    s.append(value.replace("\n", "\n            "));
  }
}
