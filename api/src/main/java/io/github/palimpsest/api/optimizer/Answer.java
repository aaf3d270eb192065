package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.parameter.Tensors;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** An {@link Evaluated} answer as a value. */
record Answer(
    Operand<TFloat32> loss,
    Gradients gradients,
    Supplier<Gradients> effective,
    Operand<TFloat32> share)
    implements Evaluated {
  @Override
  public Evaluated with(Tensors gradient) {
    return Evaluated.of(loss, new Gradients(gradient), share);
  }
}
