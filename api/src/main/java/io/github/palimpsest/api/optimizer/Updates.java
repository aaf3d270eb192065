package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import org.tensorflow.op.Ops;

/**
 * The update added to each trainable parameter at the end of a step: {@code w <- w + update}.
 *
 * @param tensors one operand for each trainable parameter, of its shape
 */
@Stable(since = "0.1")
public record Updates(Tensors tensors) {
  /**
   * Updates of all parameters from those of some: the others get zeros.
   *
   * @param tf where to build
   * @param all every trainable parameter
   */
  public Updates filled(Ops tf, Params all) {
    return new Updates(
        all.tensors()
            .mapNamed(
                (name, w) -> tensors.names().contains(name) ? tensors.get(name) : tf.zerosLike(w)));
  }
}
