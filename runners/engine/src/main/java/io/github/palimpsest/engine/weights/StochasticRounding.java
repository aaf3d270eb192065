package io.github.palimpsest.engine.weights;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint16;

/**
 * Rounding to one of the two neighbours in bfloat16, with a probability for each such that the
 * expectation is the number itself:
 *
 * <pre>
 *   x = a + p (b - a),   a and b neighbours:   b with probability p, else a
 * </pre>
 *
 * <p>So changes that are smaller than half the distance of neighbours are not lost on average, as
 * they are if each number is rounded to the nearest one. A float32 has 16 bits more than a
 * bfloat16: adding 16 random bits and cutting off the lower half does it, for both signs, for a b
 * with another exponent, and without changing numbers of bfloat16 and infinities.
 */
public final class StochasticRounding {
  private static final int UPPER = 0xffff0000;

  private StochasticRounding() {}

  /**
   * Rounds each element.
   *
   * @param key decides the random bits, the same on every device
   */
  public static Operand<TBfloat16> of(Ops tf, Operand<TFloat32> x, Operand<TInt64> key) {
    // bits that wait for no number would all be drawn when a step begins, and all exist until its
    // end
    Output<?> drawn = random(tf.withControlDependencies(List.of(x)), x.shape(), key);
    Output<?> sum = binary(tf, "AddV2", bits(tf, x), drawn);
    Output<?> cut = binary(tf, "BitwiseAnd", sum, unsigned(tf, tf.constant(UPPER).asOutput()));
    Output<TFloat32> rounded =
        tf.scope()
            .opBuilder("Bitcast", "Bitcast")
            .addInput(cut)
            .setAttr("type", DataType.DT_FLOAT)
            .build()
            .output(0);
    return tf.dtypes.cast(rounded, TBfloat16.class);
  }

  private static Output<?> bits(Ops tf, Operand<TFloat32> x) {
    return unsigned(tf, x.asOutput());
  }

  /** Unsigned, since on a GPU the runtime adds signed numbers of 32 bits in the host's memory. */
  private static Output<?> unsigned(Ops tf, Output<?> x) {
    return tf.scope()
        .opBuilder("Bitcast", "Bitcast")
        .addInput(x)
        .setAttr("type", DataType.DT_UINT32)
        .build()
        .output(0);
  }

  private static Output<?> binary(Ops tf, String type, Output<?> a, Output<?> b) {
    return tf.scope().opBuilder(type, type).addInput(a).addInput(b).build().output(0);
  }

  /** From 0 to 2^16 - 1 for each element. */
  private static Output<?> random(Ops tf, Shape shape, Operand<TInt64> key) {
    long size = shape.size();
    Operand<TInt32> drawn =
        tf.random.statelessRandomUniformFullInt(
            tf.constant(new long[] {(size + 1) / 2}), key, TInt32.class);
    Operand<TUint16> halves =
        tf.reshape(tf.bitcast(drawn, TUint16.class), tf.constant(new int[] {-1}));
    Operand<TUint16> enough =
        size % 2 == 0
            ? halves
            : tf.slice(halves, tf.constant(new long[] {0}), tf.constant(new long[] {size}));
    return tf.scope()
        .opBuilder("Cast", "Cast")
        .addInput(tf.reshape(enough, tf.constant(shape.asArray())).asOutput())
        .setAttr("DstT", DataType.DT_UINT32)
        .build()
        .output(0);
  }
}
