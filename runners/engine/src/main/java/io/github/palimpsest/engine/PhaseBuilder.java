package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.engine.batch.ChosenRows;
import io.github.palimpsest.engine.batch.StepValues;
import io.github.palimpsest.engine.differentiation.FreeNorm;
import io.github.palimpsest.engine.weights.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/**
 * Builds the phases of a task's step in its graph.
 *
 * @param start the task
 * @param task its graph
 * @param feeds what the host computes for each step
 * @param chosen the examples that calls choose
 * @param values what a pass needs of all examples of a step
 * @param withNorm whether steps measure the norm of their gradient
 * @param computed receives the slots that start from values of a parameter, by variable
 */
record PhaseBuilder(
    TaskStart start,
    TaskGraph task,
    StepFeeds feeds,
    ChosenRows chosen,
    StepValues values,
    boolean withNorm,
    Map<String, SlotStore.Computed> computed) {
  /** Builds a phase. */
  StepPhase phase(int phase) {
    EngineOracle oracle =
        new EngineOracle(
            task.graph(),
            task.tf(),
            task.objective()
                .training(
                    feeds::uniform,
                    feeds::labels,
                    start.training().recompute().of(start.model().parameters()),
                    start::lossParts,
                    start.training().accumulation() == 1 ? x -> x : values::all),
            task.batch().placeholders(),
            task.effective(),
            chosen,
            values,
            start.training().accumulation() == 1
                ? null
                : new Accumulators(task.store(), phase + "/"));
    SlotStore slots =
        SlotStore.root(task.store(), oracle, StoredSlots.of(start, task, feeds), computed);
    Supplier<Operand<TFloat32>> tokens = () -> oracle.targetTokens(task.params());
    Updates updates =
        start.seats().optimizer().updates(context(task.constrained(oracle), slots, phase, tokens));
    if (!updates.tensors().names().equals(task.params().tensors().names())) {
      throw new IllegalStateException(
          "the optimizer's updates are for "
              + updates.tensors().names()
              + ", not for the trainable parameters "
              + task.params().tensors().names()
              + " (rule OPT-01)");
    }
    double passes = oracle.calls().stream().mapToDouble(OracleCall::passes).sum();
    List<Gradients> gradients = oracle.calls().stream().map(OracleCall::gradients).toList();
    task.regularizers()
        .forEach(
            (name, r) ->
                r.track(context(oracle.tracking(), slots.tracking(name), phase, tokens), updates));
    List<Op> update = new ArrayList<>(slots.changes());
    updates
        .tensors()
        .byName()
        .forEach((name, u) -> update.add(task.store().add(TaskGraph.variable(name), u)));
    StepVariables memory =
        start.training().accumulation() == 1
            ? StepVariables.NONE
            : StepVariables.of(task.store(), oracle.calls(), update);
    Op train = assignments(update, memory, oracle);
    return new StepPhase(
        oracle.calls(),
        passes,
        memory,
        train,
        withNorm ? FreeNorm.of(task.tf(), train, gradients) : Optional.empty());
  }

  private EngineContext context(
      GradientOracle gradients, SlotStore slots, int phase, Supplier<Operand<TFloat32>> tokens) {
    return new EngineContext(
        task.tf(), task.params(), task.specs(), gradients, space(), slots, phase, feeds, tokens);
  }

  private WeightSpace space() {
    return start.seats().adapter().isPresent()
        ? task.effective()
        : WeightSpace.trainable(task.tf(), task.specs());
  }

  /** Everything is computed from the old values: see {@link ParameterStore}. */
  private Op assignments(List<Op> update, StepVariables memory, EngineOracle oracle) {
    Map<String, Operand<TFloat32>> reset = new LinkedHashMap<>();
    oracle.calls().forEach(s -> reset.putAll(s.reset()));
    List<Op> assigned = new ArrayList<>(update);
    assigned.addAll(memory.left());
    reset.forEach((name, value) -> assigned.add(task.store().set(name, value)));
    return task.tf().withControlDependencies(assigned).noOp();
  }
}
