package io.github.palimpsest.engine.device;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.core.VarHandleOp;

/**
 * A single device, with some variables on the host. What reads or sets such a variable is with it;
 * all other operations stay where they were built.
 */
final class HostPlacement implements Placement {
  private final Graph graph;
  private final Predicate<String> onHost;
  private final Set<Operation> passed = new HashSet<>();
  private int placed;

  /**
   * @param onHost the names of these variables
   */
  HostPlacement(Graph graph, Predicate<String> onHost) {
    this.graph = graph;
    this.onHost = onHost;
  }

  @Override
  public void onHost(Operand<?> value) {
    passed.add(value.op());
  }

  @Override
  public void place() {
    RequestedDevices requests = new RequestedDevices(graph);
    Iterator<GraphOperation> all = graph.operations();
    for (int i = 0; all.hasNext(); i++) {
      GraphOperation op = all.next();
      if (i >= placed && isOnHost(op)) {
        requests.set(op, Device.hostName());
      }
      placed = Math.max(placed, i + 1);
    }
  }

  private boolean isOnHost(GraphOperation op) {
    return passed.contains(op)
        || isVariable(op)
        || op.inputs().stream().anyMatch(in -> isVariable((GraphOperation) in.op()));
  }

  private boolean isVariable(GraphOperation op) {
    return op.type().equals(VarHandleOp.OP_NAME)
        && onHost.test(op.attributes().getAttrValueProto("shared_name").getS().toStringUtf8());
  }
}
