package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One optimizer in a graph of its own, with all its inputs and outputs visible: for each oracle
 * call the point and the gradient, for the step the updates and slots. Weights and slots are fed,
 * so any state can be tried; gradients can be scaled and changed, which shows the dependencies of
 * the update.
 *
 * <p>The loss of call k is {@code scale * L(point) + <added_k, point>}, and its gradient {@code
 * scale * dL/dw(point) + added_k}. That of a call with labels drawn from the model is the same:
 * what is added stands for the draw.
 */
public final class OptimizerRig implements AutoCloseable {
  /** The number of steps of the task that the steps belong to. */
  public static final long TOTAL_STEPS = 2_000;

  private final Bench bench = new Bench();
  private final Model model;
  private final Optimizer optimizer;
  private final Map<String, Operand<?>> inputs;
  private final Map<Operand<?>, HostArray> batch = new LinkedHashMap<>();
  private final Tensors weights;
  private final Operand<TFloat32> scale;
  private final Map<String, RigContext.Slot> slots = new TreeMap<>();
  private final RigFeeds feeds;
  private final Named nothing;
  private final List<Phase> phases = new ArrayList<>();

  private record Call(
      Params point,
      Set<Term> terms,
      boolean sampled,
      Tensors added,
      Tensors gradient,
      double passes) {}

  private record Phase(Tensors updates, List<Call> calls, Map<String, Operand<TFloat32>> next) {}

  /**
   * One oracle call of a step.
   *
   * @param point the point of the call
   * @param terms the terms of the objective that were asked for
   * @param sampled whether the labels were to be drawn from the model
   * @param gradient the answer of the oracle
   */
  public record Asked(Named point, Set<Term> terms, boolean sampled, Named gradient) {}

  /**
   * One step.
   *
   * @param updates the returned updates
   * @param asked the oracle calls, in order
   * @param slots the slots after the step
   */
  public record Step(Named updates, List<Asked> asked, Map<String, float[]> slots) {}

  /**
   * One step and the values of other tensors.
   *
   * @param step the step
   * @param others the other tensors
   */
  public record Beside(Step step, Named others) {}

  /**
   * The start of a step.
   *
   * @param weights the parameters
   * @param slots slot values; those that are missing are fresh
   * @param task the task of the step
   * @param step steps done in it
   * @param scale factor of the model's gradient
   * @param added added to the gradient of each call; calls beyond the list get nothing
   */
  public record Start(
      Named weights,
      Map<String, float[]> slots,
      int task,
      long step,
      double scale,
      List<Named> added) {
    /** Fresh slots, first step of the first task, the model's gradient. */
    public static Start at(Named weights) {
      return new Start(weights, Map.of(), 0, 0, 1, List.of());
    }

    /** A copy with the model's gradient scaled. */
    public Start scaled(double factor) {
      return new Start(weights, slots, task, step, factor, added);
    }

    /** A copy with a gradient added to each call. */
    public Start adding(List<Named> gradients) {
      return new Start(weights, slots, task, step, scale, gradients);
    }

    /** A copy at a later step, with these slots. */
    public Start after(long steps, Map<String, float[]> left) {
      return new Start(weights, left, task, steps, scale, added);
    }

    /** A copy in another task. */
    public Start in(int other) {
      return new Start(weights, slots, other, step, scale, added);
    }
  }

  /** Builds every phase of the optimizer. */
  public OptimizerRig(Model model, List<Example> examples, Optimizer optimizer) {
    this.model = model;
    this.optimizer = optimizer;
    inputs = bench.inputs(model);
    model.batch(examples).forEach((name, array) -> batch.put(inputs.get(name), array));
    weights = bench.parameters(model.parameters());
    nothing = Named.of(model.parameters(), i -> 0);
    scale = bench.floats(Shape.scalar());
    feeds = new RigFeeds(bench);
    for (int p = 0; p < optimizer.phases(); p++) {
      phases.add(build(p));
    }
  }

  private Phase build(int phase) {
    List<Call> calls = new ArrayList<>();
    Map<String, Operand<TFloat32>> next = new TreeMap<>();
    GradientOracle oracle = (point, terms, of) -> answer(point, terms, of, calls);
    RigContext context =
        new RigContext(
            bench, Params.of(weights), model.parameters(), oracle, phase, "", slots, next, feeds);
    Tensors updates = optimizer.updates(context).tensors();
    // a fetch needs an output of its own: an update may be an operand that is fed
    return new Phase(updates.map(bench.tf()::identity), calls, next);
  }

  /** The examples of a rig are equivalent: a subset of them has the loss of all. */
  private Evaluated answer(Params point, Set<Term> terms, Examples of, List<Call> calls) {
    Ops tf = bench.tf();
    Tensors at = point.tensors().map(tf::identity);
    Operand<TFloat32> loss = tf.constant(0f);
    if (terms.contains(Term.DATA)) {
      Forward f = model.forward(tf, new PlainWeights(tf, at), Bench.batch(inputs));
      Operand<TFloat32> sum = tf.sum(losses(f, point), tf.constant(0));
      loss = tf.math.div(sum, tf.sum(f.weightPerExample(), tf.constant(0)));
    }
    Tensors added = bench.parameters(model.parameters());
    Tensors gradient = bench.gradient(loss, at).scale(tf, scale).plus(tf, added);
    calls.add(
        new Call(
            Params.of(at),
            Set.copyOf(terms),
            point.sampledLabels().isPresent(),
            added,
            gradient,
            of.passes()));
    Operand<TFloat32> share = tf.constant((float) of.fraction());
    Operand<TFloat32> shifted = tf.math.add(tf.math.mul(loss, scale), added.dot(tf, at));
    return Evaluated.of(shifted, new Gradients(gradient), share);
  }

  /** The losses of a pass, or those whose derivative by the logits is taken at another point. */
  private Operand<TFloat32> losses(Forward at, Params point) {
    if (point.logitGradientAt().isEmpty()) {
      return at.lossPerExample();
    }
    Ops tf = bench.tf();
    Tensors fixed = point.logitGradientAt().get().tensors().map(tf::stopGradient);
    Forward there = model.forward(tf, new PlainWeights(tf, fixed), Bench.batch(inputs));
    Operand<TFloat32> c = there.logitGradient(tf).orElseThrow();
    Operand<TFloat32> linear = tf.sum(tf.math.mul(at.logits(), c), tf.constant(1));
    Operand<TFloat32> rest = tf.math.sub(there.lossPerExample(), linear);
    return tf.math.add(linear, tf.stopGradient(rest));
  }

  /** One step; nothing is kept between calls. */
  public Step step(Start start) {
    return step(start, Tensors.of(Map.of())).step();
  }

  /** One step, and the values of other tensors of its phase's graph. */
  public Beside step(Start start, Tensors beside) {
    Phase phase = phases.get(optimizer.phaseOf(start.task(), start.step(), TOTAL_STEPS));
    Map<Operand<?>, HostArray> fed = new LinkedHashMap<>(batch);
    fed.putAll(Bench.feeds(weights, start.weights()));
    fed.put(scale, new HostArray.Floats(new float[] {(float) start.scale()}));
    feeds.feed(fed, start.step());
    slots.forEach(
        (name, slot) -> {
          float[] v = start.slots().get(name);
          v = v == null ? slot.initial(start.weights()) : v;
          fed.put(slot.old(), new HostArray.Floats(v, slot.old().shape().asArray()));
        });
    for (int k = 0; k < phase.calls().size(); k++) {
      // always fed: a session prepares the graph again for each set of inputs
      Named added = k < start.added().size() ? start.added().get(k) : nothing;
      fed.putAll(Bench.feeds(phase.calls().get(k).added(), added));
    }
    return read(phase, start, beside, fed);
  }

  private Beside read(Phase phase, Start start, Tensors beside, Map<Operand<?>, HostArray> fed) {
    List<Operand<TFloat32>> fetches = new ArrayList<>(phase.updates().byName().values());
    fetches.addAll(beside.byName().values());
    for (Call c : phase.calls()) {
      fetches.addAll(c.point().tensors().byName().values());
      fetches.addAll(c.gradient().byName().values());
    }
    fetches.addAll(phase.next().values());
    var values = bench.run(fetches, fed).iterator();
    Named updates = Named.of(phase.updates().names(), values);
    Named others = Named.of(beside.names(), values);
    List<Asked> asked = new ArrayList<>();
    for (Call c : phase.calls()) {
      Named point = Named.of(c.point().tensors().names(), values);
      asked.add(new Asked(point, c.terms(), c.sampled(), Named.of(c.gradient().names(), values)));
    }
    Map<String, float[]> left = new TreeMap<>(start.slots());
    slots.forEach((name, slot) -> left.computeIfAbsent(name, n -> slot.initial(start.weights())));
    phase.next().keySet().forEach(name -> left.put(name, values.next()));
    return new Beside(new Step(updates, asked, left), others);
  }

  /** Several steps of the first task; the updates are added to the weights on the host. */
  public List<Step> steps(Named from, int count) {
    return steps(Start.at(from), count);
  }

  /** Several steps from a start; the updates are added to the weights on the host. */
  public List<Step> steps(Start first, int count) {
    List<Step> steps = new ArrayList<>();
    Start start = first;
    for (int t = 0; t < count; t++) {
      Step s = step(start);
      steps.add(s);
      start = Start.at(start.weights().plus(s.updates())).in(first.task()).after(t + 1L, s.slots());
    }
    return steps;
  }

  /** The updates of a phase as they were built. */
  public Tensors updates(int phase) {
    return phases.get(phase).updates();
  }

  /** The oracle calls that a phase's graph holds. */
  public int calls(int phase) {
    return phases.get(phase).calls().size();
  }

  /** The calls of a phase whose labels are drawn from the model, by their place. */
  public Set<Integer> sampled(int phase) {
    List<Call> calls = phases.get(phase).calls();
    return IntStream.range(0, calls.size())
        .filter(k -> calls.get(k).sampled())
        .boxed()
        .collect(Collectors.toSet());
  }

  /** The cost of a phase, in passes over a step's examples. */
  public double passes(int phase) {
    return phases.get(phase).calls().stream().mapToDouble(Call::passes).sum();
  }

  /** Elements of all slots together. */
  public long slotElements() {
    return slots.values().stream().mapToLong(s -> s.old().shape().size()).sum();
  }

  /** The shape of each slot, by scope, slot and tensor. */
  public Map<String, Shape> slotShapes() {
    Map<String, Shape> shapes = new TreeMap<>();
    slots.forEach((name, slot) -> shapes.put(name, slot.old().shape()));
    return shapes;
  }

  /** The values of a slot before the first step from these weights. */
  public float[] initial(String slot, Named from) {
    return slots.get(slot).initial(from);
  }

  /** The slots that no phase sets, though one reads them. */
  public Set<String> neverSet() {
    Set<String> never = new TreeSet<>(slots.keySet());
    phases.forEach(p -> never.removeAll(p.next().keySet()));
    return never;
  }

  /** The names of all slots. */
  public Set<String> slotNames() {
    return slots.keySet();
  }

  /** The graph. */
  public Bench bench() {
    return bench;
  }

  @Override
  public void close() {
    bench.close();
  }

  static float[] filled(Shape shape, float fill) {
    float[] v = new float[Math.toIntExact(shape.size())];
    Arrays.fill(v, fill);
    return v;
  }
}
