package io.github.palimpsest.engine;

import io.github.palimpsest.api.WeightSnapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/**
 * All variables of one graph, by name. They are resource variables: a value that was read or
 * fetched never changes when the variable does. Each is read once a graph. Values enter by feeding,
 * tensor by tensor, so no graph or feed grows with the model.
 */
final class ParameterStore {
  private record Variable(
      Shape shape,
      Operand<?> handle,
      Operand<TFloat32> read,
      Placeholder<TFloat32> feed,
      Op assignFed,
      float fill) {}

  private final Ops tf;
  private final Map<String, Variable> variables = new LinkedHashMap<>();

  ParameterStore(Ops tf) {
    this.tf = tf;
  }

  /** Declares a variable, or finds it if it was declared before. */
  Operand<TFloat32> variable(String name, Shape shape, float fill) {
    return variables.computeIfAbsent(name, n -> declare(n, shape, fill)).read();
  }

  private Variable declare(String name, Shape shape, float fill) {
    Operand<?> handle = tf.varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(name));
    Placeholder<TFloat32> feed = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    return new Variable(
        shape,
        handle,
        tf.readVariableOp(resource(handle), TFloat32.class),
        feed,
        tf.assignVariableOp(resource(handle), feed),
        fill);
  }

  /** Whether a variable of that name was declared. */
  boolean has(String name) {
    return variables.containsKey(name);
  }

  /** The names of all variables that begin so. */
  Collection<String> names(String prefix) {
    return variables.keySet().stream().filter(n -> n.startsWith(prefix)).toList();
  }

  /** The variable's value at the beginning of a run. */
  Operand<TFloat32> read(String name) {
    return known(name).read();
  }

  /** An operation that adds to a variable. */
  Op add(Ops at, String name, Operand<TFloat32> update) {
    return at.assignAddVariableOp(resource(known(name).handle()), update);
  }

  /** An operation that sets a variable. */
  Op set(Ops at, String name, Operand<TFloat32> value) {
    return at.assignVariableOp(resource(known(name).handle()), value);
  }

  /** Gives every variable that begins so its fill value. */
  void fill(Session session, String prefix) {
    for (String name : names(prefix)) {
      Variable v = known(name);
      float[] values = new float[Math.toIntExact(v.shape().size())];
      java.util.Arrays.fill(values, v.fill());
      assign(session, name, java.nio.FloatBuffer.wrap(values));
    }
  }

  /** Sets the variables {@code prefix + name} for each tensor of a snapshot. */
  void assign(Session session, String prefix, WeightSnapshot values) {
    for (String name : values.names()) {
      assign(session, prefix + name, values.read(name));
    }
  }

  private void assign(Session session, String name, java.nio.FloatBuffer values) {
    Variable v = known(name);
    if (values.remaining() != v.shape().size()) {
      throw new IllegalArgumentException(
          "variable '"
              + name
              + "' of shape "
              + v.shape()
              + " given "
              + values.remaining()
              + " values");
    }
    try (Tensor t = HostTensors.of(values, v.shape())) {
      session.runner().feed(v.feed(), t).addTarget(v.assignFed()).run().close();
    }
  }

  /** Copies of all variables that begin so, under their names without the prefix. */
  WeightSnapshot snapshot(Session session, String prefix) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : names(prefix)) {
      Variable v = known(name);
      try (var result = session.runner().fetch(v.read()).run()) {
        shapes.put(name.substring(prefix.length()), v.shape());
        values.put(name.substring(prefix.length()), HostTensors.floats(result.get(0)));
      }
    }
    return WeightSnapshot.computed(shapes, values::get);
  }

  private Variable known(String name) {
    Variable v = variables.get(name);
    if (v == null) {
      throw new IllegalArgumentException("no variable '" + name + "' among " + variables.keySet());
    }
    return v;
  }

  /** Resource handles have no Java type of their own; the generated methods want some TType. */
  @SuppressWarnings("unchecked")
  private static Operand<TString> resource(Operand<?> handle) {
    return (Operand<TString>) handle;
  }
}
