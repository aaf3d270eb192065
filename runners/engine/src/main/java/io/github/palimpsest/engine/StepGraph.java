package io.github.palimpsest.engine;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Model;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.WeightSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The graph of one task's training step. A step is one run of the session, whatever the optimizer;
 * with accumulation it is one run for each micro-batch and oracle call, and one for the update.
 *
 * <p>Not for use by several threads at once.
 */
public final class StepGraph implements AutoCloseable {
  static final String SLOT = "slot/";
  private static final String SUM = "sum/";

  private final TaskStart start;
  private final TaskGraph task;
  private final StepFeeds feeds;
  private final List<Phase> phases = new ArrayList<>();
  private final Session session;

  /**
   * One kind of step.
   *
   * @param stages oracle calls, in order; those of the optimizer come first
   * @param calls how many are the optimizer's
   * @param train applies the update
   */
  private record Phase(List<EngineOracle.Stage> stages, int calls, Op train) {}

  StepGraph(TaskStart start) {
    this.start = start;
    task = new TaskGraph(start);
    feeds = new StepFeeds(task.tf(), start.seed(), start.task());
    for (int p = 0; p < start.strategy().optimizer().phases(); p++) {
      phases.add(phase(p));
    }
    session = task.session();
    task.store().fill(session, SLOT);
    task.store().fill(session, SUM);
  }

  /** The step of the first task of a run, for trying an optimizer or strategy by itself. */
  public static StepGraph firstTask(
      Model model,
      WeightSnapshot pretrained,
      Strategy strategy,
      Training training,
      long seed,
      Device device) {
    return new StepGraph(TaskStart.first(model, pretrained, strategy, training, seed, device));
  }

  private Phase phase(int phase) {
    EngineOracle oracle =
        new EngineOracle(
            task.graph(),
            task.tf(),
            task.objective(),
            task.batch().placeholders(),
            task.effective(),
            start.training().clipNorm(),
            start.training().accumulation() == 1
                ? null
                : new EngineOracle.Accumulators(task.store(), SUM + phase + "/"));
    SlotStore slots = SlotStore.root(task.store());
    Updates updates =
        start
            .strategy()
            .optimizer()
            .updates(
                new EngineContext(
                    task.tf(), task.params(), task.specs(), oracle, space(), slots, phase, feeds));
    if (!updates.tensors().names().equals(task.params().tensors().names())) {
      throw new IllegalStateException(
          "the optimizer's updates are for "
              + updates.tensors().names()
              + ", not for the trainable parameters "
              + task.params().tensors().names()
              + " (rule OPT-01)");
    }
    int calls = oracle.stages().size();
    EngineOracle unclipped = oracle.unclipped();
    task.regularizers()
        .forEach(
            (name, r) ->
                r.track(
                    new EngineContext(
                        task.tf(),
                        task.params(),
                        task.specs(),
                        unclipped,
                        space(),
                        slots.tracking(name),
                        phase,
                        feeds),
                    updates));
    return new Phase(oracle.stages(), calls, assignments(updates, slots, oracle));
  }

  private WeightSpace space() {
    return start.strategy().adapter().isPresent()
        ? task.effective()
        : WeightSpace.trainable(task.tf(), task.specs());
  }

  /** Nothing is assigned before everything has been computed from the old values. */
  private Op assignments(Updates updates, SlotStore slots, EngineOracle oracle) {
    Map<String, Operand<TFloat32>> next = new LinkedHashMap<>(slots.pending());
    oracle.stages().forEach(s -> next.putAll(s.reset()));
    List<Op> computed = new ArrayList<>();
    updates.tensors().byName().values().forEach(computed::add);
    computed.addAll(next.values());
    oracle.stages().forEach(s -> computed.add(s.loss()));
    Ops after = task.tf().withControlDependencies(computed);
    List<Op> assigned = new ArrayList<>();
    updates
        .tensors()
        .byName()
        .forEach((name, u) -> assigned.add(task.store().add(after, TaskGraph.variable(name), u)));
    next.forEach((name, value) -> assigned.add(task.store().set(after, name, value)));
    return task.tf().withControlDependencies(assigned).noOp();
  }

  /**
   * Trains one step.
   *
   * @param examples all examples of the step, cut into micro-batches here
   * @param step steps of the task already done
   * @param totalSteps steps that the task will take
   * @return the objective before the update
   * @throws NonFiniteLossException if the loss of any oracle call is not finite
   */
  public double step(List<Example> examples, long step, long totalSteps) {
    Phase phase = phases.get(start.strategy().optimizer().phaseOf(start.task(), step, totalSteps));
    Map<String, Tensor> whole = Map.of();
    if (start.training().accumulation() == 1) {
      whole = task.batch().tensors(examples);
    } else {
      accumulate(phase, examples, step, totalSteps);
    }
    try {
      double[] losses = run(whole, step, totalSteps, phase);
      for (double loss : losses) {
        if (!Double.isFinite(loss)) {
          throw new NonFiniteLossException(start.task(), step + 1, loss);
        }
      }
      return losses.length == 0 ? 0 : losses[0];
    } finally {
      whole.values().forEach(Tensor::close);
    }
  }

  private double[] run(Map<String, Tensor> fed, long step, long totalSteps, Phase phase) {
    Session.Runner runner = session.runner();
    task.batch().feed(runner, fed);
    List<Tensor> scalars = feeds.feed(runner, step, totalSteps);
    phase.stages().forEach(s -> runner.fetch(s.loss()));
    runner.addTarget(phase.train());
    try (Result result = runner.run()) {
      double[] losses = new double[phase.stages().size()];
      for (int i = 0; i < losses.length; i++) {
        losses[i] = ((TFloat32) result.get(i)).getFloat();
      }
      return losses;
    } finally {
      scalars.forEach(Tensor::close);
    }
  }

  private void accumulate(Phase phase, List<Example> examples, long step, long totalSteps) {
    List<Map<String, Tensor>> cut =
        microBatches(examples, start.training().accumulation()).stream()
            .map(task.batch()::tensors)
            .toList();
    try {
      for (EngineOracle.Stage stage : phase.stages()) {
        for (Map<String, Tensor> micro : cut) {
          Session.Runner runner = session.runner();
          task.batch().feed(runner, micro);
          List<Tensor> scalars = feeds.feed(runner, step, totalSteps);
          stage.accumulate().forEach(runner::addTarget);
          runner.run().close();
          scalars.forEach(Tensor::close);
        }
      }
    } finally {
      cut.forEach(m -> m.values().forEach(Tensor::close));
    }
  }

  private static List<List<Example>> microBatches(List<Example> examples, int count) {
    List<List<Example>> cut = new ArrayList<>();
    int parts = Math.min(count, examples.size());
    for (int i = 0; i < parts; i++) {
      cut.add(
          examples.subList(
              (int) ((long) i * examples.size() / parts),
              (int) ((long) (i + 1) * examples.size() / parts)));
    }
    return cut;
  }

  /** How many passes the optimizer makes in a step of a phase: its oracle calls. */
  public int oracleCalls(int phase) {
    return phases.get(phase).calls();
  }

  /** How many gradient passes a step of a phase makes, those of regularizers included. */
  int passes(int phase) {
    return phases.get(phase).stages().size();
  }

  /** Copies of the trainable parameters. */
  public WeightSnapshot trainable() {
    return task.trainable(session);
  }

  /** Copies of all slots. */
  public WeightSnapshot slots() {
    return task.store().snapshot(session, SLOT);
  }

  /** Copies of what the regularizers have followed, by regularizer, slot and parameter. */
  WeightSnapshot tracked() {
    return task.store().snapshot(session, SLOT + SlotStore.TRACKED);
  }

  /** Sets parameters and slots to what {@link #trainable} and {@link #slots} gave. */
  void restore(WeightSnapshot trainable, WeightSnapshot slots) {
    task.setTrainable(session, trainable);
    task.store().assign(session, SLOT, slots);
  }

  /** For tests that look at the graph itself. */
  Graph graph() {
    return task.graph();
  }

  @Override
  public void close() {
    session.close();
    task.close();
  }
}
