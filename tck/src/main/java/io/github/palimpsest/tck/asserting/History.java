package io.github.palimpsest.tck.asserting;

import io.github.palimpsest.tck.rule.RunnerRule;
import java.util.ArrayList;
import java.util.List;

/** What a runner has called so far. Share one among the decorators of a run. */
public final class History {
  private final List<String> calls = new ArrayList<>();

  /** An empty history. */
  public History() {}

  /** All calls, in order. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  void add(String call) {
    calls.add(call);
  }

  /** Ends the run with the history if a rule is broken. */
  void require(boolean kept, RunnerRule rule, String instead) {
    if (!kept) {
      throw new BrokenByRunner(rule, instead, calls);
    }
  }
}
