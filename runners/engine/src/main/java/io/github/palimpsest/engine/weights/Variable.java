package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * A variable of a graph.
 *
 * @param shape of its value, without columns of zeros
 * @param handle of the resource
 * @param read its value at the beginning of a run
 * @param raw the same in the type in which it is stored, for those that are not {@link #frozen}
 * @param feed a value to set, with the zeros
 * @param whenFed what is done when it is fed; may grow
 * @param fill its value before it is set
 * @param zeros the number of columns of zeros at its right that are stored with it
 */
record Variable(
    Shape shape,
    Operand<?> handle,
    Operand<TFloat32> read,
    Operand<? extends TNumber> raw,
    Placeholder<TFloat32> feed,
    List<Op> whenFed,
    float fill,
    int zeros) {
  Variable {
    whenFed = new ArrayList<>(whenFed);
  }

  /** A variable that a run may change. */
  static Variable of(Ops tf, String name, Shape shape, float fill) {
    return of(tf, name, shape, fill, TFloat32.class);
  }

  /**
   * A variable that a run may change, stored in another type. Values that are fed must be numbers
   * of this type.
   */
  static <T extends TNumber> Variable of(
      Ops tf, String name, Shape shape, float fill, Class<T> type) {
    Operand<?> handle = handle(tf, name, shape, type);
    Placeholder<TFloat32> feed = feed(tf, shape);
    Operand<T> raw = tf.readVariableOp(ParameterStore.resource(handle), type);
    return new Variable(
        shape,
        handle,
        as(tf, raw, TFloat32.class),
        raw,
        feed,
        List.of(tf.assignVariableOp(ParameterStore.resource(handle), as(tf, feed, type))),
        fill,
        0);
  }

  /**
   * A matrix that never changes.
   *
   * @param variable reads as the matrix in float32
   * @param stored the matrix with its zeros, as it is stored
   */
  record Frozen<T extends TNumber>(Variable variable, Operand<T> stored) {}

  /**
   * A matrix that never changes and is stored in another form. It is fed in float32, with its
   * zeros.
   *
   * @param shape of the matrix itself
   * @param zeros the number of columns of zeros at its right
   * @param type of the stored values; those that are fed must be numbers of this type
   */
  static <T extends TNumber> Frozen<T> frozen(
      Ops tf, String name, Shape shape, int zeros, Class<T> type) {
    long columns = shape.get(1);
    Shape wide = Shape.of(shape.get(0), columns + zeros);
    Operand<?> handle = handle(tf, name, wide, type);
    Placeholder<TFloat32> feed = feed(tf, wide);
    Operand<T> all = tf.readVariableOp(ParameterStore.resource(handle), type);
    Operand<TFloat32> read = as(tf, columns(tf, all, columns), TFloat32.class);
    return new Frozen<>(
        new Variable(
            shape,
            handle,
            read,
            read,
            feed,
            List.of(tf.assignVariableOp(ParameterStore.resource(handle), as(tf, feed, type))),
            0,
            zeros),
        all);
  }

  /** What is fed, without the zeros. */
  Operand<TFloat32> fed(Ops tf) {
    return zeros == 0 ? feed : columns(tf, feed, shape.get(1));
  }

  private static <T extends TNumber> Operand<T> columns(Ops tf, Operand<T> of, long count) {
    return tf.slice(of, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, (int) count}));
  }

  /** What to feed for some values, given without the zeros. */
  TFloat32 tensor(FloatBuffer values) {
    return zeros == 0
        ? HostTensors.of(values, Shapes.of(shape))
        : HostTensors.padded(values, Shapes.of(shape), zeros);
  }

  @SuppressWarnings("unchecked") // the types are compared
  static <T extends TNumber> Operand<T> as(Ops tf, Operand<? extends TNumber> x, Class<T> type) {
    return type.equals(x.type()) ? (Operand<T>) x : tf.dtypes.cast(x, type);
  }

  private static Operand<?> handle(
      Ops tf, String name, Shape shape, Class<? extends TNumber> type) {
    return tf.varHandleOp(type, Shapes.of(shape), VarHandleOp.sharedName(name));
  }

  private static Placeholder<TFloat32> feed(Ops tf, Shape shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shapes.of(shape)));
  }
}
