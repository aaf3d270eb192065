package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.optimizer.Gradients;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The norm of a gradient that a step computes anyway, so that it costs no pass. */
public final class FreeNorm {
  private FreeNorm() {}

  /**
   * The Euclidean norm over all tensors of the first gradient of which a step computes every
   * tensor.
   *
   * @param step the operation that is run
   * @param gradients the gradients in the order of preference
   * @return empty if there is no such gradient
   */
  public static Optional<Operand<TFloat32>> of(Ops tf, Op step, List<Gradients> gradients) {
    Set<Operation> run = runBy(List.of(step));
    return gradients.stream()
        .filter(g -> run.containsAll(Differentiation.ops(g.tensors().byName().values())))
        .findFirst()
        .map(g -> g.tensors().norm(tf));
  }

  /** The operations that run with some: their inputs, what must run before them, and theirs. */
  public static Set<Operation> runBy(Collection<? extends Op> ops) {
    Set<Operation> run = new HashSet<>();
    Deque<Operation> open = new ArrayDeque<>();
    ops.forEach(op -> open.add(op.op()));
    while (!open.isEmpty()) {
      Operation op = open.removeLast();
      if (run.add(op)) {
        GraphOperation known = (GraphOperation) op;
        known.inputs().forEach(input -> open.add(input.op()));
        known.controlInputs().forEach(open::add);
      }
    }
    return run;
  }
}
