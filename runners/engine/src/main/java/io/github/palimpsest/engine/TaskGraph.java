package io.github.palimpsest.engine;

import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.rehearsal.GradientConstraint;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.engine.batch.RehearsedFeed;
import io.github.palimpsest.engine.batch.RehearsedRows;
import io.github.palimpsest.engine.batch.Towers;
import io.github.palimpsest.engine.device.Placement;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.DrawnTensors;
import io.github.palimpsest.engine.weights.Fills;
import io.github.palimpsest.engine.weights.FrozenWeights;
import io.github.palimpsest.engine.weights.HeldWeights;
import io.github.palimpsest.engine.weights.ParameterStore;
import io.github.palimpsest.engine.weights.SlotPlace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The objective of one task in a graph, with all its parts. */
final class TaskGraph implements AutoCloseable {
  private static final String TRAINABLE = "trainable/";
  private static final String BASE = "base/";
  private static final String BEFORE = "before/";

  private final TaskStart start;
  private final Graph graph = new Graph();
  private final Ops tf;
  private final Placement placement;
  private final ParameterStore store;
  private final BatchFeed batch;
  private final List<ParameterSpec> specs;
  private final Params params;
  private final Objective objective;
  private final EffectiveSpace effective;
  private final SortedMap<String, BoundRegularizer> regularizers = new TreeMap<>();
  private final DrawnTensors drawn = new DrawnTensors();

  TaskGraph(TaskStart start) {
    this(start, false);
  }

  /**
   * @param steps whether steps are trained
   */
  TaskGraph(TaskStart start, boolean steps) {
    this.start = start;
    tf = start.device().place(graph);
    store = new ParameterStore(tf);
    RehearsedFeed rehearsed = new RehearsedFeed(tf, start.origin());
    batch = new BatchFeed(tf, start.model(), rehearsed);
    Optional<BoundAdapter> adapter = start.boundAdapter();
    placement =
        Placement.of(
            graph,
            start.device(),
            start.model().parameters(),
            adapter.stream()
                .flatMap(a -> Stream.concat(a.trainable().stream(), a.derived().stream()))
                .toList(),
            start.training().slots().place() == SlotPlace.HOST
                ? SlotStore::isOfOptimizer
                : name -> false);
    specs = adapter.map(BoundAdapter::trainable).orElseGet(start.model()::parameters);
    params = Params.of(variables(specs, TRAINABLE));
    start.seats().regularizers().forEach((name, r) -> regularizers.put(name, r.bind(site(name))));
    objective =
        new Objective(
            tf,
            new Towers(start.model(), steps ? start.training().towers() : 1),
            adapter,
            adapter.isPresent() ? base(frozen(start.model(), adapter), steps) : null,
            start.training().compute(),
            placement,
            regularizers.values(),
            batch,
            new Objective.Rehearsed(
                new RehearsedRows(tf, rehearsed, start.task(), null, null),
                start.seats().rehearsal().isPresent(),
                rehearsal(),
                start.seats().rehearsal().flatMap(Rehearsal::lossFactor)));
    effective = new EffectiveSpace(tf, objective, params);
  }

  /** In the first task nothing of another one can be rehearsed. */
  private Optional<RehearsalObjective> rehearsal() {
    return start.task() == 0
        ? Optional.empty()
        : start.seats().rehearsal().flatMap(Rehearsal::objective);
  }

  /**
   * What the optimizer is given: the oracle itself, or within the constraints of the rehearsal and
   * of the regularizers.
   */
  GradientOracle constrained(EngineOracle oracle) {
    GradientOracle within =
        objective.rehearsal().orElse(null) instanceof GradientConstraint g
            ? g.around(tf, oracle)
            : oracle;
    for (Map.Entry<String, BoundRegularizer> r : regularizers.entrySet()) {
      within = new ConstrainedOracle(within, r.getKey(), r.getValue());
    }
    return within;
  }

  private static List<ParameterSpec> frozen(Model model, Optional<BoundAdapter> adapter) {
    return Stream.concat(
            model.parameters().stream(), adapter.stream().flatMap(a -> a.derived().stream()))
        .toList();
  }

  private MemorySite site(String regularizer) {
    return new MemorySite(
        start, regularizer, tf, specs, () -> variables(specs, BEFORE), store, drawn);
  }

  private Tensors variables(List<ParameterSpec> of, String prefix) {
    Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
    for (ParameterSpec p : of) {
      reads.put(p.name(), store.variable(prefix + p.name(), p.shape(), 0));
    }
    return Tensors.of(reads);
  }

  /**
   * The frozen weights. Those whose values are numbers of bfloat16 are stored so if the backward
   * pass recomputes: it can then widen them again, and they are wide only during a product.
   * Otherwise every wide matrix would be kept for the backward pass.
   */
  private DenseWeights base(List<ParameterSpec> frozen, boolean steps) {
    Compute compute = start.training().compute();
    boolean padded = compute == Compute.FLOAT32 && !start.device().gpu();
    List<ParameterSpec> parameters = start.model().parameters();
    boolean again = start.training().recompute().of(parameters) != Recompute.NOTHING;
    Set<String> narrow = steps && again ? FrozenWeights.inBfloat16(frozen, start.base()) : Set.of();
    FrozenWeights kept = new FrozenWeights(tf, store, BASE, frozen, padded, narrow);
    return new DenseWeights(tf, variables(frozen, BASE), compute, kept, placement);
  }

  Graph graph() {
    return graph;
  }

  Ops tf() {
    return tf;
  }

  Placement placement() {
    return placement;
  }

  ParameterStore store() {
    return store;
  }

  BatchFeed batch() {
    return batch;
  }

  List<ParameterSpec> specs() {
    return specs;
  }

  Params params() {
    return params;
  }

  Objective objective() {
    return objective;
  }

  /** The weights that the model sees and that training changes. */
  EffectiveSpace effective() {
    return effective;
  }

  SortedMap<String, BoundRegularizer> regularizers() {
    return regularizers;
  }

  /** A seed for the randomness of a kernel of this graph. */
  long[] kernelSeed(String purpose, long step) {
    return Streams.kernelSeed(start.seed(), purpose, start.task(), step);
  }

  /** The variable of a trainable parameter. */
  static String variable(String parameter) {
    return TRAINABLE + parameter;
  }

  /** Gives each operation that was added its device; call this before it runs. */
  void place() {
    placement.place();
  }

  /** A session whose parameters, memories and drawn tensors have the values of the task's start. */
  Session session() {
    return session(Fills.NONE);
  }

  /**
   * The same.
   *
   * @param fills for other variables
   */
  Session session(Fills fills) {
    place();
    Session session = start.device().session(graph, start.model().parameters());
    Map<String, WeightSnapshot> values = new LinkedHashMap<>();
    values.put(DrawnTensors.PREFIX, drawn.taken());
    values.put(TRAINABLE, start.trainable());
    if (start.seats().adapter().isPresent()) {
      values.put(BASE, start.base());
    }
    if (!store.names(BEFORE).isEmpty()) {
      values.put(BEFORE, start.before());
    }
    for (String regularizer : regularizers.keySet()) {
      start
          .memories(regularizer)
          .forEach(
              (memory, remembered) -> {
                String prefix = MemorySite.prefix(regularizer, memory);
                if (!store.names(prefix).isEmpty()) {
                  values.put(prefix, remembered);
                }
              });
    }
    store.assign(session, values, fills);
    return session;
  }

  /** Copies of the trainable parameters. */
  WeightSnapshot trainable(Session session) {
    return store.snapshot(session, TRAINABLE);
  }

  /** The trainable parameters and the variables with another prefix, held without copying. */
  HeldWeights heldTrainableAnd(Session session, String prefix) {
    return store.held(session, List.of(TRAINABLE, prefix));
  }

  /** Sets the trainable parameters and the variables with another prefix. */
  void setTrainableAnd(
      Session session, WeightSnapshot trainable, String prefix, WeightSnapshot values) {
    Map<String, WeightSnapshot> all = new LinkedHashMap<>();
    all.put(TRAINABLE, trainable);
    all.put(prefix, values);
    store.assign(session, all, Fills.NONE);
  }

  /**
   * Shows the finished task to every regularizer once.
   *
   * @param examples the task's examples, in the order in which the Fisher takes them
   * @return all memories after the task
   */
  SortedMap<String, SortedMap<String, WeightSnapshot>> finish(
      Session session, List<Example> examples) {
    SortedMap<String, SortedMap<String, WeightSnapshot>> memories = new TreeMap<>();
    WeightSnapshot weights = trainable(session);
    FisherPass fisher = new FisherPass(this, session, examples);
    regularizers.forEach(
        (name, regularizer) -> {
          RememberingTask finished = new RememberingTask(start, name, weights, fisher, examples);
          regularizer.afterTask(finished);
          memories.put(name, finished.memories());
        });
    return memories;
  }

  @Override
  public void close() {
    graph.close();
  }
}
