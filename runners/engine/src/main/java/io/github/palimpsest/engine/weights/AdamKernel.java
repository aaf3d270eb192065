package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.optimizer.FusedAdam;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/** Adam's step by the one kernel that does all of it. */
public final class AdamKernel {
  /** No variable has a name that begins so. */
  private static final String PASSING = ".passing/";

  private AdamKernel() {}

  /**
   * What a move gave.
   *
   * @param tensor where it ended
   * @param change the operation that changed the slots
   */
  public record Moved(Operand<TFloat32> tensor, Op change) {}

  /**
   * Moves as Adam does, by the one kernel that does it all. It can only change variables, so a
   * tensor becomes one that lives no longer than that: what is moved is its memory.
   *
   * @param store has the variables
   * @param name unique in the graph
   * @param m names the variable of the mean
   * @param v names the variable of the mean square
   */
  public static Moved moved(
      ParameterStore store,
      String name,
      String m,
      String v,
      FusedAdam.Adam adam,
      Operand<TFloat32> from,
      Operand<TFloat32> g) {
    Ops tf = store.tf();
    Operand<?> handle =
        tf.varHandleOp(TFloat32.class, from.shape(), VarHandleOp.sharedName(PASSING + name));
    Operand<?> ofAnyShape =
        tf.varHandleOp(TFloat32.class, Shape.unknown(), VarHandleOp.sharedName(PASSING + name));
    Operand<TFloat32> none = tf.constant(0f);
    Op placed =
        tf.withControlDependencies(List.of(g))
            .assignVariableOp(ParameterStore.resource(handle), from);
    Op change =
        tf.withControlDependencies(List.of(placed, store.read(m), store.read(v)))
            .train
            .resourceApplyAdam(
                ParameterStore.resource(handle),
                store.handle(m),
                store.handle(v),
                none,
                none,
                adam.rate(),
                tf.constant(adam.beta1()),
                tf.constant(adam.beta2()),
                adam.eps(),
                g);
    Operand<TFloat32> tensor =
        tf.withControlDependencies(List.of(change))
            .readVariableOp(ParameterStore.resource(handle), TFloat32.class);
    Op left =
        tf.withControlDependencies(List.of(tensor))
            .assignVariableOp(ParameterStore.resource(ofAnyShape), none);
    return new Moved(tensor, left);
  }
}
