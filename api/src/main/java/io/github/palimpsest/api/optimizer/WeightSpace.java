package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A space in which a technique measures and moves weights: that of the trainable parameters or,
 * with an adapter, that of the effective weights computed from them ({@link
 * StepContext#effective}). A technique that uses this interface works in both.
 */
@Stable(since = "0.1")
public interface WeightSpace {
  /** The tensors of the space. */
  List<ParameterSpec> specs();

  /** The weights at a point, one tensor for each of {@link #specs()}. */
  Tensors weights(Params at);

  /**
   * The squared length of each column of a kernel at a point, {@code [out]}; cheaper than from
   * {@link #weights} if an adapter can compute it.
   */
  Operand<TFloat32> columnSquares(Params at, String kernel);

  /** The gradient of an evaluation with respect to {@link #weights}, without a further pass. */
  Gradients gradient(Evaluated of);

  /**
   * The point whose weights in this space are {@code weights(at) + e}, with {@code e} held constant
   * in gradients.
   *
   * @param e tensors of this space; missing names keep their values
   */
  Params moved(Params at, Tensors e);

  /** The space of the trainable parameters. */
  static WeightSpace trainable(Ops tf, List<ParameterSpec> specs) {
    return new WeightSpace() {
      @Override
      public List<ParameterSpec> specs() {
        return specs;
      }

      @Override
      public Tensors weights(Params at) {
        return at.tensors();
      }

      @Override
      public Operand<TFloat32> columnSquares(Params at, String kernel) {
        return tf.sum(tf.math.square(at.tensors().get(kernel)), tf.constant(0));
      }

      @Override
      public Gradients gradient(Evaluated of) {
        return of.gradients();
      }

      @Override
      public Params moved(Params at, Tensors e) {
        return at.with(
            at.tensors()
                .mapNamed((name, x) -> e.names().contains(name) ? tf.math.add(x, e.get(name)) : x));
      }
    };
  }
}
