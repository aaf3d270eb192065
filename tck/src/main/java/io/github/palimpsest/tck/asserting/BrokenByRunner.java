package io.github.palimpsest.tck.asserting;

import io.github.palimpsest.tck.rule.RunnerRule;
import java.util.List;

/** A rule that a runner has broken; the message holds the calls that led there. */
public final class BrokenByRunner extends IllegalStateException {
  private static final long serialVersionUID = 1L;
  private final RunnerRule rule;

  BrokenByRunner(RunnerRule rule, String instead, List<String> calls) {
    super(
        "["
            + rule.id()
            + " "
            + rule.level()
            + "] "
            + rule.text().sentence()
            + "\n  actual    "
            + instead
            + "\n  look at   "
            + rule.text().lookAt()
            + "\n  calls     "
            + String.join("\n            ", calls)
            + "\n  spec      "
            + rule.text().link());
    this.rule = rule;
  }

  /** The rule. */
  public RunnerRule rule() {
    return rule;
  }
}
