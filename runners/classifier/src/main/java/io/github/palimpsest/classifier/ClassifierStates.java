package io.github.palimpsest.classifier;

import static io.github.palimpsest.classifier.ClassifierParameters.bias;
import static io.github.palimpsest.classifier.ClassifierParameters.layer;
import static io.github.palimpsest.classifier.ClassifierParameters.weight;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.decoder.Attention;
import io.github.palimpsest.decoder.LayerNorm;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Builds the last state of a text, from which the head predicts its class.
 *
 * <pre>
 *   mlp:      x = mean of the embeddings;  x = relu(x W + b) in each layer
 *   encoder:  x = embedding + position;  x += attention(norm x);  x += down(relu(up(norm x)));
 *             mean over the tokens of norm x
 * </pre>
 *
 * <p>The encoder is that of Vaswani et al. 2017 (arXiv 1706.03762) with norms before each part.
 */
final class ClassifierStates {
  private static final double EPSILON = 1e-5;

  private final ClassifierShape shape;
  private final Ops tf;
  private final Weights at;

  ClassifierStates(ClassifierShape shape, Ops tf, Weights at) {
    this.shape = shape;
    this.tf = tf;
    this.at = at;
  }

  /**
   * The state of each text.
   *
   * @param ids {@code [batch, tokens]}
   * @return {@code [batch, width]}
   */
  Operand<TFloat32> of(Operand<TInt32> ids) {
    Operand<TFloat32> embedded =
        at.rows(tf.reshape(ids, tf.constant(new int[] {-1})), ClassifierParameters.EMBEDDING);
    if (shape.network() == ClassifierShape.Network.ENCODER) {
      return mean(encoded(embedded, ids), ids);
    }
    Operand<TFloat32> x = mean(embedded, ids);
    for (int i = 0; i < shape.layers(); i++) {
      x = tf.nn.relu(product(at.boundary(x), layer(i, "dense")));
    }
    return x;
  }

  private Operand<TFloat32> encoded(Operand<TFloat32> embedded, Operand<TInt32> ids) {
    List<Output<TInt32>> dims = tf.unstack(tf.shape(ids), 2L).output();
    Operand<TInt32> batch = dims.get(0);
    Operand<TInt32> tokens = dims.get(1);
    Operand<TInt32> one = tf.constant(1);
    Operand<TInt32> places = tf.range(tf.constant(0), tokens, one);
    Operand<TInt32> positions =
        tf.reshape(
            tf.broadcastTo(places, tf.stack(List.of(batch, tokens))), tf.constant(new int[] {-1}));
    Attention attention =
        new Attention(
            tf,
            AttentionSpec.without(shape.heads(), shape.width() / shape.heads()),
            tokens,
            tokens,
            places,
            tf.reshape(
                tf.math.equal(ids, tf.constant(Tokens.PADDING)),
                tf.stack(List.of(batch, one, one, tokens), Stack.axis(0L))));
    LayerNorm norm = new LayerNorm(tf, shape.width(), EPSILON);
    Operand<TFloat32> x = tf.math.add(embedded, at.rows(positions, ClassifierParameters.POSITIONS));
    for (int i = 0; i < shape.layers(); i++) {
      x = at.boundary(x);
      Operand<TFloat32> h = normed(norm, x, layer(i, "attention_norm"));
      Operand<TFloat32> mixed =
          attention.attend(
              product(h, layer(i, "attention.query")),
              attention.keyValues(
                  product(h, layer(i, "attention.key")), product(h, layer(i, "attention.value"))));
      x = at.boundary(tf.math.add(x, product(mixed, layer(i, "attention.output"))));
      h = normed(norm, x, layer(i, "feed_forward_norm"));
      Operand<TFloat32> inner = tf.nn.relu(product(h, layer(i, "feed_forward.up")));
      x = tf.math.add(x, product(inner, layer(i, "feed_forward.down")));
    }
    return normed(norm, x, ClassifierParameters.NORM);
  }

  /** The mean over the tokens of a text, without the padding. */
  private Operand<TFloat32> mean(Operand<TFloat32> states, Operand<TInt32> ids) {
    Operand<TInt32> along = tf.constant(1);
    Operand<TFloat32> counted =
        tf.dtypes.cast(
            tf.math.notEqual(ids, tf.constant(Tokens.PADDING)), TFloat32.class); // [batch, tokens]
    Operand<TFloat32> share =
        tf.math.div(counted, tf.expandDims(tf.sum(counted, along), tf.constant(-1)));
    List<Output<TInt32>> dims = tf.unstack(tf.shape(ids), 2L).output();
    Operand<TFloat32> rows =
        tf.reshape(
            states,
            tf.stack(
                List.of(dims.get(0), dims.get(1), tf.constant(shape.width())), Stack.axis(0L)));
    return tf.sum(tf.math.mul(rows, tf.expandDims(share, tf.constant(-1))), along);
  }

  private Operand<TFloat32> product(Operand<TFloat32> x, String part) {
    return tf.nn.biasAdd(at.matMul(x, weight(part)), at.dense(bias(part)));
  }

  private Operand<TFloat32> normed(LayerNorm norm, Operand<TFloat32> x, String part) {
    return norm.apply(x, at.dense(weight(part)), at.dense(bias(part)));
  }
}
