package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Stable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The inputs of a model in a graph. Both methods throw {@link IllegalArgumentException} if the
 * model declares no such input of that type.
 */
@Stable(since = "0.1")
public interface BatchTensors {
  /** An input of type {@link InputSpec.Type#INT32}. */
  Operand<TInt32> ints(String name);

  /** An input of type {@link InputSpec.Type#FLOAT32}. */
  Operand<TFloat32> floats(String name);
}
