package io.github.palimpsest.engine.differentiation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;

/**
 * What some values are computed from.
 *
 * @param computed the operations, each after its inputs, without the ends
 * @param reached the operations and the ends
 */
record Upstream(List<GraphOperation> computed, Set<Operation> reached) {
  private record Visit(GraphOperation op, Iterator<Operand<?>> inputs) {}

  /**
   * Follows inputs.
   *
   * @param ends operations not to look behind
   */
  static Upstream of(Collection<? extends Operand<?>> values, Predicate<Operation> ends) {
    Upstream upstream = new Upstream(new ArrayList<>(), new HashSet<>());
    Deque<Visit> open = new ArrayDeque<>();
    for (Operand<?> value : values) {
      upstream.visit(value, ends, open);
      while (!open.isEmpty()) {
        Visit last = open.getLast();
        if (last.inputs().hasNext()) {
          upstream.visit(last.inputs().next(), ends, open);
        } else {
          upstream.computed.add(last.op());
          open.removeLast();
        }
      }
    }
    return upstream;
  }

  private void visit(Operand<?> value, Predicate<Operation> ends, Deque<Visit> open) {
    GraphOperation op = (GraphOperation) value.op();
    if (reached.add(op) && !ends.test(op)) {
      open.add(new Visit(op, op.inputs().iterator()));
    }
  }
}
