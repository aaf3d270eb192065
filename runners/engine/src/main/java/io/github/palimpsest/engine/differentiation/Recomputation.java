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
import org.tensorflow.op.core.ReadVariableOp;
import org.tensorflow.op.core.Shape;
import org.tensorflow.op.core.Size;
import org.tensorflow.op.dtypes.Cast;
import org.tensorflow.op.math.Add;
import org.tensorflow.op.math.AddN;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * Propagates gradients back through the segments of a model. From the last cut to the first, the
 * segment before the cut is recomputed as soon as the gradient at the cut exists, and the gradient
 * is propagated through the recomputed values. Values that depend only on parameters, for example
 * of an adapter, are not recomputed.
 *
 * <p>Each segment is differentiated in a separate graph, because the runtime's differentiation
 * visits every operation of its graph, hundreds of times for a large model. The required part of
 * the result is copied.
 */
final class Recomputation {
  /** Operations that do not read values. */
  private static final Set<String> SIZES = Set.of(Shape.OP_NAME, Rank.OP_NAME, Size.OP_NAME);

  private final Graph graph;
  private final Ops tf;
  private final List<Segments.Cut> cuts;
  private final Collection<Output<TFloat32>> asked;
  private final Set<Operation> parameters;

  /** Values of at most this number of columns are kept. */
  private final long kept;

  /** The starts of segments. */
  private final Set<Operation> begins = new HashSet<>();

  /** Unused cuts, which a gradient passes. */
  private final Set<Operation> through = new HashSet<>();

  /** The ends of recomputed segments. */
  private final Set<Operation> ends;

  /** Values in segments that depend only on parameters. */
  private final Set<Output<TFloat32>> made = new LinkedHashSet<>();

  /**
   * @param asked operands whose gradients are requested, including parameters and all cuts
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

  /** The gradient of a sum does not need its terms. */
  private static boolean isOnlyAdded(Operation cut) {
    Set<GraphOperation> consumers = ((GraphOperation) cut).consumers();
    return !consumers.isEmpty()
        && consumers.stream()
            .allMatch(c -> c.type().equals(AddN.OP_NAME) || c.type().equals(Add.OP_NAME));
  }

  /**
   * Propagates the gradients of all cuts back.
   *
   * @param sums the known gradients; new ones are added
   */
  void back(Map<Output<TFloat32>, Operand<TFloat32>> sums) {
    List<Operand<TFloat32>> part = List.of();
    for (int last = cuts.size(); last > 0; ) {
      Segments.Kind kind = cuts.get(last - 1).kind();
      List<Segments.Cut> group =
          kind == Segments.Kind.SEGMENT
              ? independent(cuts.subList(0, last))
              : cuts.subList(last - 1, last);
      last -= group.size();
      Map<Operand<TFloat32>, Operand<TFloat32>> known = new LinkedHashMap<>();
      for (Segments.Cut cut : group) {
        Operand<TFloat32> dy = sums.get(cut.after().asOutput());
        if (dy != null) {
          known.put(cut.before(), dy);
        }
      }
      if (!known.isEmpty()) {
        List<Operand<TFloat32>> values = List.copyOf(known.keySet());
        List<Operand<TFloat32>> dy = List.copyOf(known.values());
        Map<Output<TFloat32>, Operand<TFloat32>> found =
            switch (kind) {
              case SEGMENT -> segment(values, dy, dy, kept);
              case PART -> segment(values, dy, late(values, dy, part), 0);
              case KEPT ->
                  Differentiation.back(graph, values, dy, Differentiation.themselves(asked), ends);
            };
        found.forEach((x, dx) -> sums.merge(x, dx, (a, b) -> tf.math.add(a, b)));
        part = found.keySet().stream().<Operand<TFloat32>>map(sums::get).toList();
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
              // the gradient of one of the values contains its known part
              if (made.contains(x)) {
                sums.put(x, dx);
              } else {
                sums.merge(x, dx, (a, b) -> tf.math.add(a, b));
              }
            });
  }

  /**
   * What a part waits for: its gradient, which may exist early, its own first computation, and the
   * sums of the gradients with those of the part that was recomputed before it.
   */
  private static List<Operand<TFloat32>> late(
      List<Operand<TFloat32>> values, List<Operand<TFloat32>> dy, List<Operand<TFloat32>> before) {
    List<Operand<TFloat32>> late = new ArrayList<>(dy);
    late.addAll(values);
    late.addAll(before);
    return late;
  }

  /** The last of some cuts, and those on which no later one depends. */
  private List<Segments.Cut> independent(List<Segments.Cut> some) {
    Set<Operation> reached = new HashSet<>();
    int first = some.size();
    while (first > 0
        && some.get(first - 1).kind() == Segments.Kind.SEGMENT
        && !reached.contains(some.get(first - 1).after().op())) {
      first--;
      reached.addAll(upstream(List.of(some.get(first).before())).reached());
    }
    return some.subList(first, some.size());
  }

  /**
   * The gradient of what the segments before some values begin with or use.
   *
   * @param dy the gradients of the values
   * @param late what the recomputation waits for
   * @param narrow values of at most this number of columns are not recomputed
   */
  private Map<Output<TFloat32>, Operand<TFloat32>> segment(
      List<Operand<TFloat32>> values,
      List<Operand<TFloat32>> dy,
      List<Operand<TFloat32>> late,
      long narrow) {
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
                      || isKept(op, originals, narrow)
                      || isSize(op, originals));
      needed.reached().stream()
          .filter(op -> isKept(op, originals, narrow))
          .forEach(op -> home.put(op.output(0), originals.get(op.output(0))));
      needed.reached().stream()
          .filter(op -> isSize(op, originals))
          .forEach(op -> home.put(op.output(0), size((GraphOperation) op, originals)));
      needed.computed().forEach(op -> home.copy(op, late));
      found.replaceAll((x, dx) -> home.of(dx.asOutput()).expect(TFloat32.class));
      return found;
    }
  }

  /** The original of each copy. */
  private Map<Output<?>, Output<?>> originals(List<GraphOperation> dependent, GraphCopy forward) {
    Map<Output<?>, Output<?>> originals = new HashMap<>();
    for (GraphOperation op : dependent) {
      for (int i = 0; i < op.numOutputs() && !through.contains(op); i++) {
        originals.put(forward.of(op.output(i)), op.output(i));
      }
    }
    return originals;
  }

  /** Whether an operation is a copy of one whose value is not recomputed. */
  private static boolean isKept(Operation op, Map<Output<?>, Output<?>> originals, long narrow) {
    return narrow > 0
        && op.numOutputs() == 1
        && originals.containsKey(op.output(0))
        && !isWidening((GraphOperation) originals.get(op.output(0)).op())
        && Segments.columns(originals.get(op.output(0))) <= narrow;
  }

  private static boolean isSize(Operation op, Map<Output<?>, Output<?>> originals) {
    return SIZES.contains(op.type())
        && originals.containsKey(((GraphOperation) op).input(0).asOutput());
  }

  /**
   * Replaces the size of a recomputed value in a gradient by the size from the first computation.
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

  /**
   * Whether an operation converts a weight between precisions. A value in bfloat16 has no gradient
   * among those that are collected, so a rounded parameter is made again from the parameter. A
   * frozen weight that is stored in bfloat16 is widened again, so that the wide one is not kept.
   */
  private boolean isConversion(GraphOperation op) {
    return op.type().equals(Cast.OP_NAME)
        && (isWidening(op) || (isNarrow(op.output(0)) && isMade(op)));
  }

  private static boolean isWidening(GraphOperation op) {
    return op.type().equals(Cast.OP_NAME)
        && isNarrow(op.input(0).asOutput())
        && op.input(0).op().type().equals(ReadVariableOp.OP_NAME);
  }

  private static boolean isNarrow(Output<?> x) {
    return TBfloat16.class.equals(x.type());
  }

  /**
   * The operations behind some values that depend on the starts of segments, and conversions of
   * weights.
   */
  private List<GraphOperation> dependent(List<Operand<TFloat32>> values) {
    Set<Operation> depend = new HashSet<>(begins);
    List<GraphOperation> dependent = new ArrayList<>();
    for (GraphOperation op : upstream(values).computed()) {
      if (isConversion(op) || op.inputs().stream().anyMatch(in -> depend.contains(in.op()))) {
        depend.add(op);
        dependent.add(op);
      }
    }
    return dependent;
  }
}
