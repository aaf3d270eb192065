package io.github.palimpsest.engine.differentiation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Rank;
import org.tensorflow.op.core.Shape;
import org.tensorflow.op.core.Size;
import org.tensorflow.op.math.Add;
import org.tensorflow.op.math.AddN;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * Takes gradients back through the segments of a model: from the last cut to the first, what was
 * computed between it and the cuts before it is computed a second time, as soon as the gradient
 * behind the cut is there, and the gradient taken back through that. What was made of parameters
 * alone, as by an adapter, is not computed twice.
 *
 * <p>Each segment is differentiated in a graph of its own, because the runtime's differentiation
 * takes time for every operation of the graph that it works on, hundreds of times for a large
 * model; what of it is needed is copied.
 */
final class Recomputation {
  /** Operations that look at no value. */
  private static final Set<String> SIZES = Set.of(Shape.OP_NAME, Rank.OP_NAME, Size.OP_NAME);

  private final Graph graph;
  private final Ops tf;
  private final List<Segments.Cut> cuts;
  private final Collection<Output<TFloat32>> asked;
  private final Set<Operation> parameters;

  /** Values of at most so many columns are kept. */
  private final long kept;

  /** Where segments begin. */
  private final Set<Operation> begins = new HashSet<>();

  /** Cuts of no use, which a gradient passes. */
  private final Set<Operation> through = new HashSet<>();

  /** Where what is computed anew ends. */
  private final Set<Operation> ends;

  /** What segments use that was made of parameters alone. */
  private final Set<Output<TFloat32>> made = new LinkedHashSet<>();

  /**
   * @param asked what gradients are asked for, parameters and all cuts among it
   * @param parameters the operations of the point
   */
  Recomputation(
      Graph graph,
      Ops tf,
      List<Segments.Cut> cuts,
      Collection<Output<TFloat32>> asked,
      Set<Operation> parameters) {
    this.graph = graph;
    this.tf = tf;
    this.cuts = cuts;
    this.asked = asked;
    this.parameters = parameters;
    this.kept = cuts.stream().mapToLong(Segments.Cut::kept).max().orElse(0);
    for (Segments.Cut cut : cuts) {
      Operation op = cut.after().op();
      (isOnlyAdded(op) ? through : begins).add(op);
    }
    ends = new HashSet<>(begins);
    ends.addAll(parameters);
  }

  /** What is only added to something is not needed for a gradient. */
  private static boolean isOnlyAdded(Operation cut) {
    Set<GraphOperation> consumers = ((GraphOperation) cut).consumers();
    return !consumers.isEmpty()
        && consumers.stream()
            .allMatch(c -> c.type().equals(AddN.OP_NAME) || c.type().equals(Add.OP_NAME));
  }

  /**
   * Takes the gradients of all cuts back.
   *
   * @param sums the gradients that are known; those that are found are added
   */
  void back(Map<Output<TFloat32>, Operand<TFloat32>> sums) {
    for (int last = cuts.size(); last > 0; ) {
      List<Segments.Cut> group = independent(cuts.subList(0, last));
      last -= group.size();
      Map<Operand<TFloat32>, Operand<TFloat32>> known = new LinkedHashMap<>();
      for (Segments.Cut cut : group) {
        Operand<TFloat32> dy = sums.get(cut.after().asOutput());
        if (dy != null) {
          known.put(cut.before(), dy);
        }
      }
      if (!known.isEmpty()) {
        segment(List.copyOf(known.keySet()), List.copyOf(known.values()))
            .forEach((x, dx) -> sums.merge(x, dx, (a, b) -> tf.math.add(a, b)));
      }
    }
    List<Output<TFloat32>> values = made.stream().filter(sums::containsKey).toList();
    Differentiation.back(
            graph,
            values,
            values.stream().map(sums::get).toList(),
            Differentiation.themselves(asked),
            parameters)
        .forEach(
            (x, dx) -> {
              // the gradient of one of the values holds what was known of it
              if (made.contains(x)) {
                sums.put(x, dx);
              } else {
                sums.merge(x, dx, (a, b) -> tf.math.add(a, b));
              }
            });
  }

  /** The last of some cuts, and those before it that no later one of them depends on. */
  private List<Segments.Cut> independent(List<Segments.Cut> some) {
    Set<Operation> reached = new HashSet<>();
    int first = some.size();
    while (first > 0 && !reached.contains(some.get(first - 1).after().op())) {
      first--;
      reached.addAll(upstream(List.of(some.get(first).before())).reached());
    }
    return some.subList(first, some.size());
  }

  /** The gradient of what the segments before some values begin with or use. */
  private Map<Output<TFloat32>, Operand<TFloat32>> segment(
      List<Operand<TFloat32>> values, List<Operand<TFloat32>> dy) {
    try (Graph scratch = new Graph()) {
      Ops there = Ops.create(scratch);
      Map<Output<?>, Output<?>> origins = new HashMap<>();
      GraphCopy forward =
          new GraphCopy(
              there,
              x -> {
                Output<?> stand = placeholder(there, x);
                origins.put(stand, x);
                return stand;
              });
      List<GraphOperation> dependent = dependent(values);
      for (GraphOperation op : dependent) {
        if (through.contains(op)) {
          forward.put(op.output(0), forward.of(op.input(0)));
        } else {
          forward.copy(op, List.of());
        }
      }
      List<Output<TFloat32>> y = new ArrayList<>();
      values.forEach(value -> y.add(forward.of(value.asOutput()).expect(TFloat32.class)));
      Map<Output<TFloat32>, Output<TFloat32>> wanted = new LinkedHashMap<>();
      for (Output<?> x : origins.values()) {
        if (x.type() == TFloat32.class && isMade(x.op())) {
          made.add(x.expect(TFloat32.class));
        }
      }
      for (Collection<Output<TFloat32>> some : List.of(asked, made)) {
        for (Output<TFloat32> x : some) {
          if (!through.contains(x.op())) {
            forward.find(x).ifPresent(copy -> wanted.put(x, copy.expect(TFloat32.class)));
          }
        }
      }
      GraphCopy home = new GraphCopy(tf, origins::get);
      List<Output<TFloat32>> fed = new ArrayList<>();
      for (Operand<TFloat32> gradient : dy) {
        Output<TFloat32> stand = placeholder(there, gradient.asOutput());
        home.put(stand, gradient.asOutput());
        fed.add(stand);
      }
      Map<Output<TFloat32>, Operand<TFloat32>> found =
          Differentiation.back(scratch, y, fed, wanted, Set.of());
      Map<Output<?>, Output<?>> originals = originals(dependent, forward);
      Upstream needed =
          Upstream.of(
              found.values(),
              op ->
                  op.type().equals(Placeholder.OP_NAME)
                      || isKept(op, originals)
                      || isSize(op, originals));
      needed.reached().stream()
          .filter(op -> isKept(op, originals))
          .forEach(op -> home.put(op.output(0), originals.get(op.output(0))));
      needed.reached().stream()
          .filter(op -> isSize(op, originals))
          .forEach(op -> home.put(op.output(0), size((GraphOperation) op, originals)));
      needed.computed().forEach(op -> home.copy(op, dy));
      found.replaceAll((x, dx) -> home.of(dx.asOutput()).expect(TFloat32.class));
      return found;
    }
  }

  /** What each copy is a copy of. */
  private Map<Output<?>, Output<?>> originals(List<GraphOperation> dependent, GraphCopy forward) {
    Map<Output<?>, Output<?>> originals = new HashMap<>();
    for (GraphOperation op : dependent) {
      for (int i = 0; i < op.numOutputs() && !through.contains(op); i++) {
        originals.put(forward.of(op.output(i)), op.output(i));
      }
    }
    return originals;
  }

  /** Whether an operation is a copy of one whose value is not computed anew. */
  private boolean isKept(Operation op, Map<Output<?>, Output<?>> originals) {
    return kept > 0
        && op.numOutputs() == 1
        && originals.containsKey(op.output(0))
        && Segments.columns(originals.get(op.output(0))) <= kept;
  }

  private static boolean isSize(Operation op, Map<Output<?>, Output<?>> originals) {
    return SIZES.contains(op.type())
        && originals.containsKey(((GraphOperation) op).input(0).asOutput());
  }

  /**
   * What stands for a size that a gradient takes of what is computed anew: that of the first time.
   * The gradients of a sum and of a slice need nothing else of a product with a kernel.
   */
  private Output<?> size(GraphOperation op, Map<Output<?>, Output<?>> originals) {
    GraphCopy once = new GraphCopy(tf, originals::get);
    once.copy(op, List.of());
    return once.of(op.output(0));
  }

  private Upstream upstream(List<? extends Operand<?>> values) {
    return Upstream.of(values, ends::contains);
  }

  private static <T extends TType> Output<T> placeholder(Ops tf, Output<T> like) {
    return tf.placeholder(like.type(), Placeholder.shape(like.shape())).asOutput();
  }

  private boolean isMade(Operation op) {
    return !ends.contains(op)
        && !Collections.disjoint(upstream(List.of(op.output(0))).reached(), parameters);
  }

  /** What some values are computed by that depends on where segments begin. */
  private List<GraphOperation> dependent(List<Operand<TFloat32>> values) {
    Set<Operation> depend = new HashSet<>(begins);
    List<GraphOperation> dependent = new ArrayList<>();
    for (GraphOperation op : upstream(values).computed()) {
      if (op.inputs().stream().anyMatch(in -> depend.contains(in.op()))) {
        depend.add(op);
        dependent.add(op);
      }
    }
    return dependent;
  }
}
