package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.optimizer.FusedAdam;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** Adam's step by the one kernel that does all of it. */
public final class AdamKernel {
  private AdamKernel() {}

  /**
   * The result of a move.
   *
   * @param tensor the moved tensor
   * @param ofM the last operation that changes the slot of the mean
   * @param ofV the last operation that changes the slot of the mean square
   */
  public record Moved(Operand<TFloat32> tensor, Op ofM, Op ofV) {}

  /**
   * Moves a tensor with Adam's update by a single kernel. The kernel can only change variables, so
   * the tensor becomes a temporary variable whose memory is changed.
   *
   * @param store has the variables
   * @param name unique in the graph
   * @param m names the variable of the mean, in float32
   * @param v names the variable of the mean square, in float32
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
    Passing passing = Passing.of(tf.withControlDependencies(List.of(g)), name, from);
    Op change =
        apply(
            tf,
            List.of(passing.placed(), store.read(m), store.read(v)),
            passing.handle(),
            store.handle(m),
            store.handle(v),
            adam,
            g);
    Operand<TFloat32> tensor = passing.after(change);
    Op left = passing.left(tensor);
    return new Moved(tensor, left, left);
  }

  /**
   * A mean that is not in a variable of float32: its value before, and what stores it.
   *
   * @param old its value
   * @param stored stores the new value
   */
  public record Mean(Operand<TFloat32> old, Function<Operand<TFloat32>, Op> stored) {}

  /**
   * The same for means that are stored in another way: they too become temporary variables.
   *
   * @param tf where to build
   * @param name unique in the graph
   */
  public static Moved moved(
      Ops tf,
      String name,
      Mean m,
      Mean v,
      FusedAdam.Adam adam,
      Operand<TFloat32> from,
      Operand<TFloat32> g) {
    Ops late = tf.withControlDependencies(List.of(g, m.old(), v.old()));
    Passing passing = Passing.of(late, name, from);
    Passing ofM = Passing.of(tf, name + "/mean", m.old());
    Passing ofV = Passing.of(tf, name + "/square", v.old());
    Op change =
        apply(
            tf,
            List.of(passing.placed(), ofM.placed(), ofV.placed()),
            passing.handle(),
            ofM.handle(),
            ofV.handle(),
            adam,
            g);
    Operand<TFloat32> tensor = passing.after(change);
    Operand<TFloat32> newM = ofM.after(change);
    Operand<TFloat32> newV = ofV.after(change);
    Op left = passing.left(tensor);
    Op storedM = m.stored().apply(newM);
    // one after the other, since storing may need as much memory as the mean itself
    Operand<TFloat32> lateV = tf.withControlDependencies(List.of(storedM)).identity(newV);
    return new Moved(
        tensor,
        both(tf, List.of(storedM, ofM.left(newM), left)),
        both(tf, List.of(v.stored().apply(lateV), ofV.left(lateV))));
  }

  private static Op both(Ops tf, List<Op> ops) {
    return tf.withControlDependencies(ops).noOp();
  }

  private static Op apply(
      Ops tf,
      List<Op> after,
      Operand<TString> moved,
      Operand<TString> m,
      Operand<TString> v,
      FusedAdam.Adam adam,
      Operand<TFloat32> g) {
    Operand<TFloat32> none = tf.constant(0f);
    Operand<TFloat32> beta1 = tf.constant(adam.beta1());
    Operand<TFloat32> beta2 = tf.constant(adam.beta2());
    return tf.withControlDependencies(after)
        .train
        .resourceApplyAdam(moved, m, v, none, none, adam.rate(), beta1, beta2, adam.eps(), g);
  }
}
