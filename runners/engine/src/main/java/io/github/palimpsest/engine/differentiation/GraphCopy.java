package io.github.palimpsest.engine.differentiation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.OpDef;

/** Copies operations into the same graph or another one. */
final class GraphCopy {
  /** By type. */
  private static final Map<String, OpDef> DEFINITIONS =
      TensorFlow.registeredOpList().getOpList().stream()
          .collect(Collectors.toUnmodifiableMap(OpDef::getName, d -> d));

  private final Ops target;
  private final Function<Output<?>, Output<?>> outside;
  private final Map<Output<?>, Output<?>> copies = new HashMap<>();
  private final Map<Output<?>, Output<?>> given = new HashMap<>();

  /**
   * @param target where copies go
   * @param outside what stands there for a value that is not copied
   */
  GraphCopy(Ops target, Function<Output<?>, Output<?>> outside) {
    this.target = target;
    this.outside = outside;
  }

  /** What stands in the target for a value: its copy, or what is given for it. */
  Output<?> of(Output<?> x) {
    Output<?> copy = copies.get(x);
    return copy == null ? given.computeIfAbsent(x, outside) : copy;
  }

  /** The same for a value that something there was made of. */
  Optional<Output<?>> find(Output<?> x) {
    return Optional.ofNullable(copies.getOrDefault(x, given.get(x)));
  }

  /** Lets a value there pass for the copy of another one. */
  void put(Output<?> x, Output<?> copy) {
    copies.put(x, copy);
  }

  /**
   * Copies an operation, after those that it takes copies of.
   *
   * @param late what must be there before it is computed, if none of its inputs is a copy
   */
  void copy(GraphOperation op, List<? extends Operand<?>> late) {
    OpDef definition = DEFINITIONS.get(op.type());
    if (definition == null) {
      throw new IllegalStateException("no definition of the operation '" + op.type() + "'");
    }
    boolean first = op.inputs().stream().noneMatch(in -> copies.containsKey(in.asOutput()));
    Ops at =
        first && op.numInputs() > 0 && !late.isEmpty()
            ? target.withControlDependencies(List.copyOf(late))
            : target;
    OperationBuilder builder = at.scope().opBuilder(op.type(), name(op));
    int next = 0;
    for (OpDef.ArgDef arg : definition.getInputArgList()) {
      if (arg.getNumberAttr().isEmpty() && arg.getTypeListAttr().isEmpty()) {
        builder.addInput(of(op.input(next)));
        next++;
      } else {
        Output<?>[] list = new Output<?>[op.inputListLength(arg.getName())];
        for (int i = 0; i < list.length; i++) {
          list[i] = of(op.input(next));
          next++;
        }
        builder.addInputList(list);
      }
    }
    for (OpDef.AttrDef attr : definition.getAttrList()) {
      if (!isInferred(definition, attr.getName())) {
        builder.setAttr(attr.getName(), op.attributes().getAttrValueProto(attr.getName()));
      }
    }
    Operation copy = builder.build();
    for (int i = 0; i < op.numOutputs(); i++) {
      copies.put(op.output(i), copy.output(i));
    }
  }

  /** What the inputs say cannot be set beside them. */
  private static boolean isInferred(OpDef definition, String attr) {
    return definition.getInputArgList().stream()
        .anyMatch(
            in ->
                in.getTypeAttr().equals(attr)
                    || in.getNumberAttr().equals(attr)
                    || in.getTypeListAttr().equals(attr));
  }

  /** Registered gradients know operations by their names, so a copy's holds the first one's. */
  private static String name(Operation op) {
    return op.name().replaceAll("[^A-Za-z0-9]", "_") + "_again";
  }
}
