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

  /** The gradient of a scalar with respect to each tensor of a point. */
  static Gradients gradient(Graph graph, Ops tf, Operand<TFloat32> loss, Params point) {
    Map<String, Operand<TFloat32>> at = point.tensors().byName();
    Set<Operation> reached = upstream(loss, ops(at.values()));
    List<String> names =
        at.keySet().stream().filter(n -> reached.contains(at.get(n).op())).toList();
    Map<String, Operand<TFloat32>> gradients = new LinkedHashMap<>();
    at.forEach((name, x) -> gradients.put(name, x));
    if (!names.isEmpty()) {
      Output<?>[] dx =
          graph.addGradients(
              loss.asOutput(),
              names.stream().map(n -> at.get(n).asOutput()).toArray(Output<?>[]::new));
      for (int i = 0; i < dx.length; i++) {
        gradients.put(names.get(i), dx[i].expect(TFloat32.class));
      }
    }
    for (String name : at.keySet()) {
      if (!names.contains(name)) {
        gradients.put(name, tf.zerosLike(at.get(name)));
      }
    }
    return new Gradients(Tensors.of(gradients));
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
