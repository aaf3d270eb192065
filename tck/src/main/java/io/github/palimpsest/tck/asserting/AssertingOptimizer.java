package io.github.palimpsest.tck.asserting;

import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.tck.rule.RunnerRule;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Checks that a step is built on one read of each trainable parameter, in the order of the specs
 * (RUN-04), and that the oracle answers for exactly these (RUN-05).
 */
public final class AssertingOptimizer implements Optimizer {
  private final Optimizer optimizer;
  private final History history;

  /**
   * @param optimizer does the work
   * @param history where calls are noted
   */
  public AssertingOptimizer(Optimizer optimizer, History history) {
    this.optimizer = optimizer;
    this.history = history;
  }

  @Override
  public Updates updates(StepContext c) {
    history.add("updates, phase " + c.phase());
    Set<String> names = new LinkedHashSet<>();
    for (ParameterSpec p : c.specs()) {
      names.add(p.name());
    }
    Set<Object> reads = new LinkedHashSet<>();
    c.params().tensors().byName().values().forEach(x -> reads.add(x.asOutput()));
    history.require(
        c.params().tensors().names().equals(names) && reads.size() == names.size(),
        RunnerRule.RUN_04,
        "parameters " + c.params().tensors().names() + " read " + reads.size() + " times");
    history.require(
        c.params().tensors().byName().equals(c.params().tensors().byName()),
        RunnerRule.RUN_04,
        "asked twice, other reads");
    return optimizer.updates(
        c.withOracle(
            (point, terms, of) -> {
              history.add("oracle " + terms);
              Evaluated answer = c.oracle().at(point, terms, of);
              history.require(
                  answer.gradients().tensors().names().equals(point.tensors().names()),
                  RunnerRule.RUN_05,
                  "gradients for " + answer.gradients().tensors().names());
              return answer;
            }));
  }

  @Override
  public boolean trains(ParameterSpec parameter) {
    return optimizer.trains(parameter);
  }

  @Override
  public int phases() {
    return optimizer.phases();
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    int phase = optimizer.phaseOf(task, step, totalSteps);
    history.require(
        step >= 0 && step < totalSteps,
        RunnerRule.RUN_04,
        "step " + step + " of a task of " + totalSteps);
    return phase;
  }
}
