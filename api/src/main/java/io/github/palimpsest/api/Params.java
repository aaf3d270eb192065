package io.github.palimpsest.api;

import java.util.Map;
import org.tensorflow.op.Ops;

/**
 * A point: the trainable parameters there, the current weights or {@code w + e}, and what the model
 * is to see besides. Points made from another one with {@link #plus} keep its offset, so that
 * techniques which move trained and effective weights can wrap each other.
 *
 * @param tensors one operand for each trainable parameter, of its shape
 * @param offset what is added to effective weights, by the model's names; gradients do not pass
 *     through it. Empty for none. Made by {@link WeightSpace#moved}
 */
public record Params(Tensors tensors, Tensors offset) {
  /** The point at which the model sees just what the trainable parameters make. */
  public Params(Tensors tensors) {
    this(tensors, Tensors.of(Map.of()));
  }

  /** The point whose trainable parameters are {@code w + e}. */
  public Params plus(Ops tf, Tensors e) {
    return new Params(tensors.plus(tf, e), offset);
  }

  /** The point with these trainable parameters and the offset of this one. */
  public Params with(Tensors trainable) {
    return new Params(trainable, offset);
  }
}
