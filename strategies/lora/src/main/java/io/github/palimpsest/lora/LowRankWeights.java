package io.github.palimpsest.lora;

import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Weights;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code x W' = x W + s ((x A) B - (x A0) B0)}: the weights in the graph of {@link Lora}.
 *
 * @param tf the graph to build in
 * @param trainable A and B of each adapted kernel
 * @param base W, and A0 and B0 if there are any
 * @param adapted the names of the kernels
 * @param lowRank how they are adapted
 * @param noise the random stream of dropout; none outside training
 */
record LowRankWeights(
    Ops tf,
    Params trainable,
    Weights base,
    Set<String> adapted,
    LowRank lowRank,
    Optional<StepNoise> noise)
    implements Weights {
  @Override
  public Operand<TFloat32> dense(String name) {
    Operand<TFloat32> w = base.dense(name);
    if (!adapted.contains(name)) {
      return w;
    }
    Operand<TFloat32> change = scaled(name, a(name), b(name));
    return tf.math.add(
        w,
        lowRank.start().isPartOfKernel()
            ? tf.math.sub(change, scaled(name, a0(name), b0(name)))
            : change);
  }

  @Override
  public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
    Operand<TFloat32> xw = base.matMul(x, kernel);
    if (!adapted.contains(kernel)) {
      return xw;
    }
    Operand<TFloat32> change = through(kernel, dropped(x, kernel), a(kernel), b(kernel));
    return tf.math.add(
        xw,
        lowRank.start().isPartOfKernel()
            ? tf.math.sub(change, through(kernel, x, a0(kernel), b0(kernel)))
            : change);
  }

  /** {@code |w|^2 + 2 b (s A)' w + b (s A)' (s A) b} for columns w of W and b of B. */
  @Override
  public Operand<TFloat32> columnSquares(Ops tf, String kernel) {
    if (!adapted.contains(kernel) || lowRank.start().isPartOfKernel()) {
      return Weights.super.columnSquares(tf, kernel);
    }
    Operand<TFloat32> sA = tf.math.mul(s(kernel), a(kernel));
    Operand<TFloat32> b = b(kernel);
    Operand<TFloat32> toW = tf.linalg.matMul(sA, base.dense(kernel), MatMul.transposeA(true));
    Operand<TFloat32> toA = tf.linalg.matMul(sA, sA, MatMul.transposeA(true));
    Operand<TFloat32> cross =
        tf.math.add(tf.math.mul(tf.constant(2f), toW), tf.linalg.matMul(toA, b));
    // rounding may leave a column of zeros just below 0
    return tf.math.maximum(
        tf.constant(0f),
        tf.math.add(base.columnSquares(tf, kernel), tf.sum(tf.math.mul(b, cross), tf.constant(0))));
  }

  /** {@code s A B}; s multiplies the smallest of A, B and their product. */
  private Operand<TFloat32> scaled(String kernel, Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.linalg.matMul(tf.math.mul(s(kernel), a), b);
  }

  private Operand<TFloat32> through(
      String kernel, Operand<TFloat32> x, Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.linalg.matMul(tf.math.mul(s(kernel), tf.linalg.matMul(x, a)), b);
  }

  private Operand<TFloat32> dropped(Operand<TFloat32> x, String kernel) {
    if (noise.isEmpty()) {
      return x;
    }
    Operand<TFloat32> p = tf.constant((float) lowRank.dropout());
    Operand<TFloat32> u = noise.get().uniform("lora-dropout/" + kernel, x);
    return tf.select(
        tf.math.less(u, p),
        tf.zerosLike(x),
        tf.math.mul(x, tf.constant((float) (1 / (1 - lowRank.dropout())))));
  }

  @Override
  public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
    return base.matMulTransposed(x, table);
  }

  @Override
  public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
    return base.rows(ids, table);
  }

  private Operand<TFloat32> s(String kernel) {
    return tf.constant((float) lowRank.scale(kernel));
  }

  private Operand<TFloat32> a(String kernel) {
    return trainable.tensors().get(LowRank.a(kernel));
  }

  private Operand<TFloat32> b(String kernel) {
    return trainable.tensors().get(LowRank.b(kernel));
  }

  private Operand<TFloat32> a0(String kernel) {
    return base.dense(LowRank.a0(kernel));
  }

  private Operand<TFloat32> b0(String kernel) {
    return base.dense(LowRank.b0(kernel));
  }
}
