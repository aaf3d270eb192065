package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.ChosenRows.Micro;
import io.github.palimpsest.engine.device.AllocationTrace;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.FreeNorm;
import io.github.palimpsest.engine.weights.Fills;
import io.github.palimpsest.engine.weights.HeldWeights;
import io.github.palimpsest.engine.weights.HostTensors;
import io.github.palimpsest.engine.weights.ParameterStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.core.Placeholder;
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
  private final ChosenRows chosen;
  private final List<StepPhase> phases = new ArrayList<>();
  private final Session session;
  private final boolean withNorm;
  private OptionalDouble norm = OptionalDouble.empty();
  private Function<Session.Runner, Result> running = Session.Runner::run;

  /**
   * @param gradientNorm whether steps measure the norm of their gradient
   */
  StepGraph(TaskStart start, boolean gradientNorm) {
    this.start = start;
    this.withNorm = gradientNorm;
    task = new TaskGraph(start, true);
    feeds = new StepFeeds(task.tf(), start.seed(), start.task(), start.device());
    chosen = new ChosenRows(task.tf());
    for (int p = 0; p < start.seats().optimizer().phases(); p++) {
      phases.add(phase(p));
    }
    Fills fills = task.store().fills(SLOT, SUM);
    session = task.session();
    fills.run(session);
  }

  /** The step of the first task of a run, for trying a single optimizer or strategy. */
  public static StepGraph firstTask(
      Model model,
      WeightSnapshot pretrained,
      Seats seats,
      Training training,
      long seed,
      Device device) {
    return firstTask(model, pretrained, seats, training, seed, device, 0);
  }

  /** The same for examples of at most {@code longest} tokens, which decide the parts of a loss. */
  public static StepGraph firstTask(
      Model model,
      WeightSnapshot pretrained,
      Seats seats,
      Training training,
      long seed,
      Device device,
      int longest) {
    return new StepGraph(
        TaskStart.first(model, pretrained, seats, training, seed, device).ofLength(() -> longest),
        false);
  }

  private StepPhase phase(int phase) {
    EngineOracle oracle =
        new EngineOracle(
            task.graph(),
            task.tf(),
            task.objective()
                .training(
                    feeds::uniform,
                    start.training().recompute().of(start.model().parameters()),
                    start::lossParts),
            task.batch().placeholders(),
            task.effective(),
            chosen,
            start.training().accumulation() == 1
                ? null
                : new Accumulators(task.store(), SUM + phase + "/"));
    SlotStore slots = SlotStore.root(task.store(), oracle, StoredSlots.of(start, task, feeds));
    Updates updates =
        start.seats().optimizer().updates(context(task.constrained(oracle), slots, phase));
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
        .forEach((name, r) -> r.track(context(oracle, slots.tracking(name), phase), updates));
    Op train = assignments(updates, slots, oracle);
    return new StepPhase(
        oracle.calls(),
        passes,
        train,
        withNorm ? FreeNorm.of(task.tf(), train, gradients) : Optional.empty());
  }

  private EngineContext context(GradientOracle gradients, SlotStore slots, int phase) {
    return new EngineContext(
        task.tf(), task.params(), task.specs(), gradients, space(), slots, phase, feeds);
  }

  private WeightSpace space() {
    return start.seats().adapter().isPresent()
        ? task.effective()
        : WeightSpace.trainable(task.tf(), task.specs());
  }

  /** Everything is computed from the old values: see {@link ParameterStore}. */
  private Op assignments(Updates updates, SlotStore slots, EngineOracle oracle) {
    Map<String, Operand<TFloat32>> reset = new LinkedHashMap<>();
    oracle.calls().forEach(s -> reset.putAll(s.reset()));
    List<Op> assigned = new ArrayList<>(slots.changes());
    updates
        .tensors()
        .byName()
        .forEach((name, u) -> assigned.add(task.store().add(TaskGraph.variable(name), u)));
    reset.forEach((name, value) -> assigned.add(task.store().set(name, value)));
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
    StepPhase phase = phases.get(start.seats().optimizer().phaseOf(start.task(), step, totalSteps));
    Map<Placeholder<?>, Tensor> whole = Map.of();
    if (start.training().accumulation() == 1) {
      whole = task.batch().tensors(examples);
    } else {
      accumulate(phase, examples, step, totalSteps);
    }
    try {
      List<float[]> losses =
          run(
              new MicroBatch(whole, new Micro(0, examples.size()), Map.of()),
              step,
              totalSteps,
              r -> {
                phase.calls().forEach(s -> r.fetch(s.loss()));
                phase.norm().ifPresent(r::fetch);
                r.addTarget(phase.train());
              });
      for (float[] loss : losses.subList(0, phase.calls().size())) {
        if (!Float.isFinite(loss[0])) {
          throw new NonFiniteLossException(start.task(), step + 1, loss[0]);
        }
      }
      norm =
          phase.norm().isPresent()
              ? OptionalDouble.of(losses.get(losses.size() - 1)[0])
              : OptionalDouble.empty();
      return phase.calls().isEmpty() ? 0 : losses.get(0)[0];
    } finally {
      whole.values().forEach(Tensor::close);
    }
  }

  /** The norm of the gradient of the last step; empty if it is not measured. */
  OptionalDouble gradientNorm() {
    return norm;
  }

  /**
   * A micro-batch of a step.
   *
   * @param inputs the model's inputs
   * @param place its place in the step
   * @param risen rows found by the rise of their loss
   */
  private record MicroBatch(
      Map<Placeholder<?>, Tensor> inputs, Micro place, Map<Examples, int[]> risen) {}

  private void accumulate(StepPhase phase, List<Example> examples, long step, long totalSteps) {
    List<MicroBatch> cut = new ArrayList<>();
    try {
      int first = 0;
      for (List<Example> micro : start.training().microBatches(examples)) {
        Micro place = new Micro(first, micro.size());
        cut.add(new MicroBatch(task.batch().tensors(micro), place, new HashMap<>()));
        first += micro.size();
      }
      for (OracleCall call : phase.calls()) {
        call.search().ifPresent(search -> find(search, cut, step, totalSteps));
        for (MicroBatch micro : cut) {
          run(micro, step, totalSteps, r -> call.accumulate().forEach(r::addTarget));
        }
      }
    } finally {
      cut.forEach(m -> m.inputs().values().forEach(Tensor::close));
    }
  }

  /** Records for each micro-batch its rows that are among the steepest of the whole step. */
  private void find(OracleCall.Search search, List<MicroBatch> cut, long step, long totalSteps) {
    List<float[]> rises = new ArrayList<>();
    for (MicroBatch micro : cut) {
      rises.addAll(run(micro, step, totalSteps, r -> r.fetch(search.rise())));
    }
    List<int[]> found =
        ChosenRows.risen(search.of(), rises, cut.stream().map(MicroBatch::place).toList());
    for (int m = 0; m < cut.size(); m++) {
      cut.get(m).risen().put(search.of(), found.get(m));
    }
  }

  /** Runs the session and copies the fetched values. */
  private List<float[]> run(
      MicroBatch micro, long step, long totalSteps, Consumer<Session.Runner> what) {
    Session.Runner runner = session.runner();
    task.batch().feed(runner, micro.inputs());
    List<Tensor> fed = feeds.feed(runner, step, totalSteps, micro.place().first());
    fed.addAll(chosen.feed(runner, micro.place(), micro.risen()));
    what.accept(runner);
    try (Result result = running.apply(runner)) {
      Activity.moved();
      List<float[]> values = new ArrayList<>();
      for (int i = 0; i < result.size(); i++) {
        values.add(HostTensors.floats((TFloat32) result.get(i)));
      }
      return values;
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  /** Trains a step as {@link #step}; the most bytes that its temporary values take at once. */
  public long temporaryBytes(List<Example> examples, long step, long totalSteps) {
    AllocationTrace trace = new AllocationTrace();
    running = trace::run;
    step(examples, step, totalSteps);
    running = Session.Runner::run;
    return trace.peak();
  }

  /**
   * The number of passes of the optimizer in a step of a phase: its oracle calls, each counted by
   * the share of the examples that it asks about ({@link
   * io.github.palimpsest.api.optimizer.Examples#passes()}).
   */
  public double optimizerPasses(int phase) {
    return phases.get(phase).passes();
  }

  /** The number of gradient passes in a step of a phase, including those of regularizers. */
  double passes(int phase) {
    return phases.get(phase).calls().stream().mapToDouble(OracleCall::passes).sum();
  }

  /** Copies of the trainable parameters. */
  public WeightSnapshot trainable() {
    return task.trainable(session);
  }

  /** Copies of all slots. */
  public WeightSnapshot slots() {
    return task.store().snapshot(session, SLOT);
  }

  /** The present trainable parameters, held without copying. */
  HeldWeights heldTrainable() {
    return task.heldTrainable(session);
  }

  /** The present slots, held without copying. */
  HeldWeights heldSlots() {
    return task.store().held(session, SLOT);
  }

  /** Number of trained floats. */
  public long trainableFloats() {
    return task.specs().stream().mapToLong(p -> p.shape().size()).sum();
  }

  /** Number of floats in all slots. */
  public long slotFloats() {
    return task.store().floats(SLOT);
  }

  /** Copies of the slots that the regularizers track, by regularizer, slot and parameter. */
  WeightSnapshot tracked() {
    return task.store().snapshot(session, SLOT + SlotStore.TRACKED);
  }

  /** Sets parameters and slots to values returned by {@link #trainable} and {@link #slots}. */
  void restore(WeightSnapshot trainable, WeightSnapshot slots) {
    task.setTrainable(session, trainable);
    task.store().assign(session, SLOT, slots);
  }

  /** For tests that examine the graph. */
  Graph graph() {
    return task.graph();
  }

  @Override
  public void close() {
    session.close();
    task.close();
  }
}
