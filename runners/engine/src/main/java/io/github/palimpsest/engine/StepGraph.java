package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.engine.batch.ChosenRows;
import io.github.palimpsest.engine.batch.ChosenRows.Micro;
import io.github.palimpsest.engine.batch.StepValues;
import io.github.palimpsest.engine.device.AllocationTrace;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.divergence.NonFiniteLossException;
import io.github.palimpsest.engine.weights.Fills;
import io.github.palimpsest.engine.weights.HeldWeights;
import io.github.palimpsest.engine.weights.HostTensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tensorflow.Graph;
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

  private final TaskStart start;
  private final TaskGraph task;
  private final StepFeeds feeds;
  private final ChosenRows chosen;
  private final StepValues collected;
  private final List<StepPhase> phases = new ArrayList<>();
  private final Optional<StepChoice> choice;
  private final Session session;
  private OptionalDouble norm = OptionalDouble.empty();
  private Function<Session.Runner, Result> running = Session.Runner::run;

  /**
   * @param gradientNorm whether steps measure the norm of their gradient
   */
  StepGraph(TaskStart start, boolean gradientNorm) {
    this.start = start;
    task = new TaskGraph(start, true);
    feeds = new StepFeeds(task.tf(), start.seed(), start.task(), start.device());
    chosen = new ChosenRows(task.tf());
    collected = new StepValues(task.tf());
    SortedMap<String, SlotStore.Computed> computed = new TreeMap<>();
    PhaseBuilder builder =
        new PhaseBuilder(start, task, feeds, chosen, collected, gradientNorm, computed);
    for (int p = 0; p < start.seats().optimizer().phases(); p++) {
      phases.add(builder.phase(p));
    }
    choice =
        start.task() == 0
            ? Optional.empty() // no finished task, so no candidates
            : start
                .seats()
                .rehearsal()
                .flatMap(Rehearsal::choice)
                .map(c -> new StepChoice(c, start, task));
    Fills fills = task.store().fills(SLOT, Accumulators.NUMBERS);
    Fills empty =
        task.store()
            .emptied(
                Stream.of(Accumulators.GRADIENTS, Accumulators.POINTS, StepChoice.POINTS)
                    .flatMap(prefix -> task.store().names(prefix).stream())
                    .toList());
    session = task.session(fills.and(empty));
    task.store().assign(session, "", started(computed, start.trainable()));
  }

  /** The values of slots that start from their parameter, by variable. */
  private static WeightSnapshot started(
      SortedMap<String, SlotStore.Computed> computed, WeightSnapshot start) {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    computed.forEach((variable, c) -> shapes.put(variable, c.shape()));
    return WeightSnapshot.computed(shapes, name -> computed.get(name).values(start));
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
              new MicroBatch(whole, new Micro(0, examples.size()), examples.size(), Map.of()),
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

  /**
   * The examples of a batch that are trained: all, unless the rehearsal chooses among candidates.
   *
   * @param examples a batch of the rehearsal
   * @param step steps of the task already done
   * @throws NonFiniteLossException if the loss of a candidate is not finite
   */
  List<Example> chosen(List<Example> examples, long step) {
    return choice.map(c -> c.chosen(session, examples, step)).orElse(examples);
  }

  /** The number of gradient passes of such a choice. */
  int choosingPasses(List<Example> examples) {
    return choice.map(c -> c.passes(examples)).orElse(0);
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
   * @param examples the examples of the step
   * @param risen rows found by the rise of their loss
   */
  private record MicroBatch(
      Map<Placeholder<?>, Tensor> inputs, Micro place, int examples, Map<Examples, int[]> risen) {}

  private void accumulate(StepPhase phase, List<Example> examples, long step, long totalSteps) {
    List<MicroBatch> cut = new ArrayList<>();
    try {
      int first = 0;
      for (List<Example> micro : start.training().microBatches(examples)) {
        Micro place = new Micro(first, micro.size());
        cut.add(
            new MicroBatch(task.batch().tensors(micro), place, examples.size(), new HashMap<>()));
        first += micro.size();
      }
      for (int c = 0; c < phase.calls().size(); c++) {
        OracleCall call = phase.calls().get(c);
        StepVariables.Before before = phase.memory().calls().get(c);
        run(before.point(), examples.size(), step, totalSteps);
        before.zeros().run(session);
        call.search().ifPresent(search -> find(search, cut, step, totalSteps));
        collect(call.values(), cut, step, totalSteps);
        for (MicroBatch micro : cut) {
          run(micro, step, totalSteps, r -> call.accumulate().forEach(r::addTarget));
        }
      }
      run(phase.memory().release(), examples.size(), step, totalSteps);
    } finally {
      collected.clear();
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

  /** Collects values of all examples of the step. */
  private void collect(
      List<StepValues.Value> needed, List<MicroBatch> cut, long step, long totalSteps) {
    if (needed.isEmpty()) {
      return;
    }
    List<List<float[]>> found = new ArrayList<>();
    for (MicroBatch micro : cut) {
      found.add(run(micro, step, totalSteps, r -> needed.forEach(v -> r.fetch(v.own()))));
    }
    for (int v = 0; v < needed.size(); v++) {
      int which = v;
      collected.set(needed.get(v), found.stream().map(all -> all.get(which)).toList());
    }
  }

  /** Runs operations that read nothing of a micro-batch. */
  private void run(List<Op> ops, int examples, long step, long totalSteps) {
    if (!ops.isEmpty()) {
      MicroBatch none = new MicroBatch(Map.of(), new Micro(0, examples), examples, Map.of());
      run(none, step, totalSteps, r -> ops.forEach(r::addTarget));
    }
  }

  /** Runs the session and copies the fetched values. */
  private List<float[]> run(
      MicroBatch micro, long step, long totalSteps, Consumer<Session.Runner> what) {
    Session.Runner runner = session.runner();
    task.batch().feed(runner, micro.inputs());
    List<Tensor> fed =
        feeds.feed(runner, step, totalSteps, micro.place().first(), micro.examples());
    fed.addAll(chosen.feed(runner, micro.place(), micro.risen()));
    collected.feed(runner, fed);
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

  /** The present trainable parameters, and then all slots, held without copying. */
  HeldWeights held() {
    return task.heldTrainableAnd(session, SLOT);
  }

  /** Number of trained floats. */
  public long trainableFloats() {
    return task.specs().stream().mapToLong(p -> p.shape().size()).sum();
  }

  /**
   * The most numbers that sums of gradients and stored points hold at once in a step of a phase; 0
   * without accumulation.
   */
  public long accumulatedFloats(int phase) {
    return phases.get(phase).memory().floats();
  }

  /** What runs before each call of a step with accumulation. */
  List<StepVariables.Before> before(int phase) {
    return phases.get(phase).memory().calls();
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
    task.setTrainableAnd(session, trainable, SLOT, slots);
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
