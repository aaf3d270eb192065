package io.github.palimpsest.testing;

import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.Examples.Places;
import io.github.palimpsest.api.optimizer.Examples.Rising;
import io.github.palimpsest.api.parameter.Params;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Some examples as a mask over the whole batch, computed in the graph: another way than the
 * engine's, which gathers rows.
 */
record TracedChoice(Ops tf, Function<Params, Forward> forward) {

  /** 1 for each example asked about, 0 for the others. */
  Operand<TFloat32> mask(Examples of, Forward like) {
    if (of instanceof Places places) {
      return placed(places, like.weightPerExample());
    }
    Rising rising = (Rising) of;
    Operand<TFloat32> among = placed(rising.among(), like.weightPerExample());
    Operand<TFloat32> rise =
        tf.math.sub(perToken(forward.apply(rising.to())), perToken(forward.apply(rising.from())));
    Operand<TFloat32> none = tf.constant(-Float.MAX_VALUE);
    Operand<TFloat32> ranked =
        tf.math.add(
            tf.math.mul(among, rise), tf.math.mul(tf.math.sub(tf.constant(1f), among), none));
    Operand<TFloat32> n =
        tf.math.mul(tf.constant((float) rising.share()), tf.sum(among, tf.constant(0)));
    Operand<TInt32> k = tf.dtypes.cast(tf.math.ceil(n), TInt32.class);
    Operand<TFloat32> least = tf.min(tf.nn.topK(ranked, k, TInt32.class).values(), tf.constant(0));
    return tf.dtypes.cast(tf.math.greaterEqual(ranked, least), TFloat32.class);
  }

  private Operand<TFloat32> perToken(Forward f) {
    return tf.math.div(f.lossPerExample(), f.weightPerExample());
  }

  private Operand<TFloat32> placed(Places places, Operand<TFloat32> like) {
    Operand<TFloat32> place =
        tf.dtypes.cast(tf.range(tf.constant(0), tf.size(like), tf.constant(1)), TFloat32.class);
    Operand<TFloat32> count = tf.constant((float) places.count());
    Operand<TFloat32> q = tf.math.floor(tf.math.div(place, count));
    Operand<TFloat32> rest = tf.math.sub(place, tf.math.mul(q, count));
    Operand<TFloat32> share = tf.constant((float) places.share());
    Operand<TFloat32> before = tf.math.ceil(tf.math.mul(q, share));
    Operand<TFloat32> after = tf.math.ceil(tf.math.mul(tf.math.add(q, tf.constant(1f)), share));
    return tf.math.mul(
        tf.dtypes.cast(tf.math.equal(rest, tf.constant((float) places.index())), TFloat32.class),
        tf.dtypes.cast(tf.math.greater(after, before), TFloat32.class));
  }
}
