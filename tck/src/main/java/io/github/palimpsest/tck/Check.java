package io.github.palimpsest.tck;

import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.OptimizerRule;
import io.github.palimpsest.tck.rule.Rule;

/**
 * One rule and its trial on one subject.
 *
 * @param rule the rule
 * @param trial returns normally or throws {@link BrokenRule} or {@link NotApplicable}; any other
 *     exception comes from the component and breaks the rule too
 * @param failures the exceptions that the checks of the same subject met
 */
public record Check(Rule rule, Trial trial, Failures failures) {
  /** Tries a rule. */
  @FunctionalInterface
  public interface Trial {
    /** Returns normally if the rule is kept. */
    void run() throws Exception;
  }

  /**
   * Tries the rule. A rule of optimizers that is kept over plain descent says nothing about the
   * base that is missing here, so it is not tested.
   */
  Verdict run(Subject<?> subject) {
    Verdict verdict = run(subject.toString());
    return rule instanceof OptimizerRule && verdict.outcome() == Outcome.PASSED
        ? subject.missingBase().map(base -> Verdict.withoutBase(rule, base)).orElse(verdict)
        : verdict;
  }

  /**
   * Tries the rule.
   *
   * @param subject the name of the subject in messages
   */
  public Verdict run(String subject) {
    if (rule.level() == Level.UNTESTED) {
      return Verdict.untested(rule, rule.text().note());
    }
    try {
      trial.run();
      return Verdict.passed(rule);
    } catch (NotApplicable e) {
      return Verdict.notApplicable(rule, e);
    } catch (BrokenRule e) {
      Throwable cause = e.getCause();
      return cause == null
          ? Verdict.broken(rule, subject, e.finding())
          : failures.verdict(rule, subject, e.finding(), cause, true);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      return failures.verdict(rule, subject, e);
    }
  }
}
