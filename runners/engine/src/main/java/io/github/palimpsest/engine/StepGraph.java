package io.github.palimpsest.engine;

import io.github.palimpsest.api.BoundAdapter;
import io.github.palimpsest.api.BoundRegularizer;
import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Model;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.api.WeightSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
  static final String TRAINABLE = "trainable/";
  static final String BASE = "base/";
  static final String SLOT = "slot/";
  private static final String MEMORY = "memory/";
  private static final String SUM = "sum/";

  private final TaskStart start;
  private final Graph graph = new Graph();
  private final Ops tf;
  private final ParameterStore store;
  private final BatchFeed batch;
  private final StepFeeds feeds;
  private final List<ParameterSpec> specs;
  private final Params params;
  private final Objective objective;
  private final SortedMap<String, BoundRegularizer> regularizers = new TreeMap<>();
  private final List<Phase> phases = new ArrayList<>();
  private final Session session;

  /**
   * One kind of step.
   *
   * @param stages oracle calls, in order
   * @param train applies the update
   */
  private record Phase(List<EngineOracle.Stage> stages, Op train) {}

  StepGraph(TaskStart start) {
    this.start = start;
    tf = start.device().place(graph);
    store = new ParameterStore(tf);
    batch = new BatchFeed(tf, start.model());
    feeds = new StepFeeds(tf, start.seed(), start.task());
    Optional<BoundAdapter> adapter = start.boundAdapter();
    specs = adapter.map(BoundAdapter::trainable).orElseGet(start.model()::parameters);
    params = new Params(variables(specs, TRAINABLE));
    start
        .strategy()
        .regularizers()
        .forEach(
            (name, r) ->
                regularizers.put(
                    name,
                    r.bind(
                        new MemorySite(
                            tf,
                            specs,
                            start.task(),
                            start.memories().getOrDefault(name, new TreeMap<>()),
                            store,
                            MEMORY + name + "/"))));
    objective =
        new Objective(
            tf,
            start.model(),
            adapter,
            adapter.isPresent()
                ? new DenseWeights(tf, variables(start.model().parameters(), BASE))
                : null,
            regularizers.values(),
            batch);
    for (int p = 0; p < start.strategy().optimizer().phases(); p++) {
      phases.add(phase(p));
    }
    session = start.device().session(graph);
    load();
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

  private Tensors variables(List<ParameterSpec> of, String prefix) {
    Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
    for (ParameterSpec p : of) {
      reads.put(p.name(), store.variable(prefix + p.name(), p.shape(), 0));
    }
    return Tensors.of(reads);
  }

  private Phase phase(int phase) {
    EngineOracle oracle =
        new EngineOracle(
            graph,
            tf,
            objective,
            batch.placeholders(),
            start.training().clipNorm(),
            start.training().accumulation() == 1
                ? null
                : new EngineOracle.Accumulators(store, SUM + phase + "/"));
    SlotStore slots = SlotStore.root(store);
    Updates updates =
        start
            .strategy()
            .optimizer()
            .updates(new EngineContext(tf, params, specs, oracle, slots, phase, feeds));
    if (!updates.tensors().names().equals(params.tensors().names())) {
      throw new IllegalStateException(
          "the optimizer's updates are for "
              + updates.tensors().names()
              + ", not for the trainable parameters "
              + params.tensors().names()
              + " (rule OPT-01)");
    }
    return new Phase(oracle.stages(), assignments(updates, slots, oracle));
  }

  /** Nothing is assigned before everything has been computed from the old values. */
  private Op assignments(Updates updates, SlotStore slots, EngineOracle oracle) {
    Map<String, Operand<TFloat32>> next = new LinkedHashMap<>(slots.pending());
    oracle.stages().forEach(s -> next.putAll(s.reset()));
    List<Op> computed = new ArrayList<>();
    updates.tensors().byName().values().forEach(computed::add);
    computed.addAll(next.values());
    oracle.stages().forEach(s -> computed.add(s.loss()));
    Ops after = tf.withControlDependencies(computed);
    List<Op> assigned = new ArrayList<>();
    updates
        .tensors()
        .byName()
        .forEach((name, u) -> assigned.add(store.add(after, TRAINABLE + name, u)));
    next.forEach((name, value) -> assigned.add(store.set(after, name, value)));
    return tf.withControlDependencies(assigned).noOp();
  }

  private void load() {
    store.assign(session, TRAINABLE, start.trainable());
    if (start.strategy().adapter().isPresent()) {
      store.assign(session, BASE, start.base());
    }
    start
        .memories()
        .forEach(
            (regularizer, memories) ->
                memories.forEach(
                    (memory, values) -> {
                      String prefix = MEMORY + regularizer + "/" + memory + "/";
                      if (!store.names(prefix).isEmpty()) {
                        store.assign(session, prefix, values);
                      }
                    }));
    store.fill(session, SLOT);
    store.fill(session, SUM);
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
    Phase phase = phases.get(start.strategy().optimizer().phaseOf(step));
    Map<String, Tensor> whole = Map.of();
    if (start.training().accumulation() == 1) {
      whole = batch.tensors(examples);
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
    batch.feed(runner, fed);
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
            .map(batch::tensors)
            .toList();
    try {
      for (EngineOracle.Stage stage : phase.stages()) {
        for (Map<String, Tensor> micro : cut) {
          Session.Runner runner = session.runner();
          batch.feed(runner, micro);
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

  /** How many passes a step of a phase makes: the oracle calls that its graph holds. */
  public int oracleCalls(int phase) {
    return phases.get(phase).stages().size();
  }

  /** Copies of the trainable parameters. */
  public WeightSnapshot trainable() {
    return store.snapshot(session, TRAINABLE);
  }

  /** Copies of all slots. */
  public WeightSnapshot slots() {
    return store.snapshot(session, SLOT);
  }

  /** Sets parameters and slots to what {@link #trainable} and {@link #slots} gave. */
  void restore(WeightSnapshot trainable, WeightSnapshot slots) {
    store.assign(session, TRAINABLE, trainable);
    store.assign(session, SLOT, slots);
  }

  /**
   * Ends the task: every regularizer sees it once.
   *
   * @param examples the task's examples, in the order in which the Fisher takes them
   * @return all memories after the task
   */
  SortedMap<String, SortedMap<String, WeightSnapshot>> finish(List<Example> examples) {
    SortedMap<String, SortedMap<String, WeightSnapshot>> memories = new TreeMap<>();
    WeightSnapshot weights = trainable();
    FisherPass fisher =
        new FisherPass(graph, tf, objective, params, batch, store, session, examples);
    regularizers.forEach(
        (name, regularizer) -> {
          RememberingTask finished =
              new RememberingTask(
                  start.task(),
                  weights,
                  fisher,
                  start.memories().getOrDefault(name, new TreeMap<>()));
          regularizer.afterTask(finished);
          memories.put(name, finished.memories());
        });
    return memories;
  }

  /** For tests that look at the graph itself. */
  Graph graph() {
    return graph;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
