package io.github.palimpsest.engine.device;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Identity;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/**
 * Puts the operations of a graph on the devices of a {@link LayerLayout} after they were built: no
 * component and no model needs to know of devices, and the runtime's differentiation knows of none.
 *
 * <pre>
 * a variable           where its parameter is: optimizer state, sums, anchors and importances too;
 *                      or on the host, which decides nothing about what uses its value
 * what uses a variable on the same device
 * a value of a layer   where the layer is: it enters the layer by an operation that does nothing
 * other operations     where the last of their inputs is
 * a gradient           where the first of its inputs is: some are values of the operation that it
 *                      differentiates, the others come from later layers
 * depends on nothing   where it is used first, as is a gradient that is only passed on
 * </pre>
 *
 * <p>Inputs of a single number decide only among themselves. What an operation computes does not
 * depend on its device, so every choice is right; a poor one costs a copy.
 */
final class LayerPlacement implements Placement {
  /** The runtime begins the names of gradients with this. */
  private static final String GRADIENT = "gradients";

  /** The place of an operation that depends on no variable. */
  private static final int ANYWHERE = -1;

  /** The place of the host. */
  private static final int HOST = -2;

  private final Graph graph;
  private final Device device;
  private final LayerLayout layout;
  private final Predicate<String> onHost;
  private final Map<String, Integer> byName = new HashMap<>();
  private final Map<Operation, Integer> fixed = new HashMap<>();
  private final Map<Operation, Integer> places = new HashMap<>();

  LayerPlacement(
      Graph graph,
      Device device,
      List<ParameterSpec> model,
      List<ParameterSpec> others,
      Predicate<String> onHost) {
    this.graph = graph;
    this.device = device;
    this.onHost = onHost;
    layout = device.layout(model);
    model.forEach(p -> byName.put(p.name(), layout.of(p)));
    others.forEach(p -> byName.put(p.name(), layout.of(p)));
  }

  @Override
  public Weights noting(Ops tf, Weights weights) {
    return new LayerMarks(
        tf,
        weights,
        (op, next) -> {
          Integer place = byName.get(next);
          if (place != null) {
            fixed.put(op, place);
          }
        });
  }

  @Override
  public Operand<TFloat32> ofHead(Ops tf, String name, Operand<TFloat32> table) {
    int head = layout.devices() - 1;
    if (byName.getOrDefault(name, head) == head) {
      return table;
    }
    Operand<TFloat32> there = tf.identity(table);
    fixed.put(there.op(), head);
    return there;
  }

  @Override
  public void onHost(Operand<?> passed) {
    fixed.put(passed.op(), HOST);
  }

  @Override
  public void place() {
    List<GraphOperation> added = new ArrayList<>();
    Iterator<GraphOperation> all = graph.operations(); // each after its inputs
    for (int i = 0; all.hasNext(); i++) {
      GraphOperation op = all.next();
      if (i >= places.size()) {
        added.add(op);
      }
    }
    added.forEach(op -> places.put(op, byInputs(op)));
    for (int i = added.size() - 1; i >= 0; i--) {
      GraphOperation op = added.get(i);
      int place = placeOf(op);
      if (place == ANYWHERE || isPassed(op)) {
        int use = byUse(op);
        places.put(op, use == ANYWHERE ? Math.max(0, place) : use);
      }
    }
    RequestedDevices requests = new RequestedDevices(graph);
    added.forEach(
        op -> {
          int place = placeOf(op);
          requests.set(op, place == HOST ? Device.hostName() : device.name(place));
        });
  }

  private int placeOf(Operation op) {
    return places.getOrDefault(op, ANYWHERE);
  }

  private int byInputs(GraphOperation op) {
    if (op.type().equals(VarHandleOp.OP_NAME)) {
      return ofVariable(op.attributes().getAttrValueProto("shared_name").getS().toStringUtf8());
    }
    Integer known = fixed.get(op);
    if (known != null) {
      return known;
    }
    Span tensors = Span.NONE;
    Span numbers = Span.NONE;
    for (Operand<?> input : op.inputs()) {
      Operation from = input.op();
      int place = placeOf(from);
      if (from.type().equals(VarHandleOp.OP_NAME)) {
        return place;
      }
      if (place >= 0 && input.shape().size() == 1) {
        numbers = numbers.with(place);
      } else if (place >= 0) {
        tensors = tensors.with(place);
      }
    }
    Span decisive = tensors == Span.NONE ? numbers : tensors;
    return op.name().startsWith(GRADIENT) ? decisive.first() : decisive.last();
  }

  /** The places of some inputs. */
  private record Span(int first, int last) {
    static final Span NONE = new Span(ANYWHERE, ANYWHERE);

    Span with(int place) {
      return this == NONE
          ? new Span(place, place)
          : new Span(Math.min(first, place), Math.max(last, place));
    }
  }

  /** Consumers are later operations, so theirs are known. */
  private int byUse(GraphOperation op) {
    int first = ANYWHERE;
    for (GraphOperation consumer : op.consumers()) {
      int place = placeOf(consumer);
      boolean decides = place >= 0 && (first < 0 || place < first);
      first = decides || first == ANYWHERE ? place : first;
    }
    return first;
  }

  /** Whether an operation only passes a gradient on, which the receiver can do for several uses. */
  private static boolean isPassed(GraphOperation op) {
    return op.type().equals(Identity.OP_NAME) && op.name().startsWith(GRADIENT);
  }

  /**
   * The place of a variable, whose name contains that of its parameter between separators. Others,
   * such as sums of losses, are on the last device.
   */
  private int ofVariable(String name) {
    if (onHost.test(name)) {
      return HOST;
    }
    int place = layout.devices() - 1;
    int longest = 0;
    for (int from = 0; from < name.length(); from = next(name, from)) {
      for (int to = name.length(); to > from; to = name.lastIndexOf('/', to - 1)) {
        Integer known = to - from > longest ? byName.get(name.substring(from, to)) : null;
        if (known != null) {
          place = known;
          longest = to - from;
        }
      }
    }
    return place;
  }

  /** What follows the next separator. */
  private static int next(String name, int from) {
    int i = from;
    while (i < name.length() && name.charAt(i) != '/' && name.charAt(i) != ':') {
      i++;
    }
    return i + 1;
  }
}
