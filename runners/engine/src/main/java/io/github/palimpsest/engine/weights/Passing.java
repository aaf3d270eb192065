package io.github.palimpsest.engine.weights;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/**
 * A temporary variable for a kernel that can only change variables.
 *
 * @param tf where to build
 * @param name of the variable
 * @param handle of the variable
 * @param placed the operation that gives it its value
 */
record Passing(Ops tf, String name, Operand<TString> handle, Op placed) {
  /** No other variable has a name with this prefix. */
  private static final String PREFIX = ".passing/";

  /**
   * @param name unique in the graph
   * @param value its value, computed for it
   */
  static Passing of(Ops tf, String name, Operand<TFloat32> value) {
    Operand<TString> handle =
        ParameterStore.resource(
            tf.varHandleOp(TFloat32.class, value.shape(), VarHandleOp.sharedName(PREFIX + name)));
    return new Passing(tf, PREFIX + name, handle, tf.assignVariableOp(handle, value));
  }

  /** Its value after the kernel. */
  Operand<TFloat32> after(Op kernel) {
    return tf.withControlDependencies(List.of(kernel)).readVariableOp(handle, TFloat32.class);
  }

  /** Gives up its memory after it has been read for the last time. */
  Op left(Operand<?> last) {
    Operand<?> ofAnyShape =
        tf.varHandleOp(TFloat32.class, Shape.unknown(), VarHandleOp.sharedName(name));
    return tf.withControlDependencies(List.of(last))
        .assignVariableOp(ParameterStore.resource(ofAnyShape), tf.constant(0f));
  }
}
