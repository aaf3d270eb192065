package io.github.palimpsest.engine;

import io.github.palimpsest.api.Gradients;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Tensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Symbolic gradients that are zeros, not errors, for parameters that a loss does not reach. */
final class Differentiation {
  private Differentiation() {}

  /**
   * Derivatives of one scalar.
   *
   * @param gradients with respect to each tensor of a point
   * @param between with respect to operands on the way from there to the scalar, as far as it
   *     depends on them
   */
  record Derivatives(Gradients gradients, Map<Operand<TFloat32>, Operand<TFloat32>> between) {}

  /** The gradient of a scalar with respect to each tensor of a point. */
  static Gradients gradient(Graph graph, Ops tf, Operand<TFloat32> loss, Params point) {
    return derivatives(graph, tf, loss, point, List.of()).gradients();
  }

  /** One backward pass for the gradient at a point and for what it passes on its way. */
  static Derivatives derivatives(
      Graph graph,
      Ops tf,
      Operand<TFloat32> loss,
      Params point,
      Collection<Operand<TFloat32>> between) {
    Map<String, Operand<TFloat32>> at = point.tensors().byName();
    Set<Operation> reached = upstream(loss, ops(at.values()));
    List<Operand<TFloat32>> asked =
        Stream.concat(at.values().stream(), between.stream())
            .filter(x -> reached.contains(x.op()))
            .distinct()
            .toList();
    Map<Operand<TFloat32>, Operand<TFloat32>> found = new LinkedHashMap<>();
    if (!asked.isEmpty()) {
      Output<?>[] dx =
          graph.addGradients(
              loss.asOutput(), asked.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
      for (int i = 0; i < dx.length; i++) {
        found.put(asked.get(i), dx[i].expect(TFloat32.class));
      }
    }
    Tensors gradients =
        point
            .tensors()
            .map(
                x -> {
                  Operand<TFloat32> g = found.get(x);
                  return g != null ? g : tf.zerosLike(x);
                });
    found.keySet().retainAll(Set.copyOf(between));
    return new Derivatives(new Gradients(gradients), found);
  }

  /** Whether a value depends on any of some operands. */
  static boolean depends(Operand<?> value, Collection<? extends Operand<?>> on) {
    Set<Operation> targets = ops(on);
    return upstream(value, targets).stream().anyMatch(targets::contains);
  }

  private static Set<Operation> ops(Collection<? extends Operand<?>> operands) {
    Set<Operation> ops = new HashSet<>();
    operands.forEach(o -> ops.add(o.op()));
    return ops;
  }

  /** Everything that a value is computed from; does not look behind {@code ends}. */
  private static Set<Operation> upstream(Operand<?> value, Set<Operation> ends) {
    Set<Operation> seen = new HashSet<>();
    Deque<Operation> open = new ArrayDeque<>();
    seen.add(value.op());
    open.add(value.op());
    while (!open.isEmpty()) {
      Operation op = open.remove();
      if (ends.contains(op)) {
        continue;
      }
      for (Operand<?> in : new ArrayList<>(((GraphOperation) op).inputs())) {
        if (seen.add(in.op())) {
          open.add(in.op());
        }
      }
    }
    return seen;
  }
}
