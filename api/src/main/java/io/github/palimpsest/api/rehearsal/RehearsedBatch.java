package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.data.Example;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The rehearsed examples of a batch in the graph of a step. */
@Experimental(since = "0.1")
public interface RehearsedBatch {
  /** {@code [batch]}: 1 for an example from another task than the current one, otherwise 0. */
  Operand<TFloat32> rehearsed();

  /**
   * A field that a rehearsal has added to its examples; the model does not read it.
   *
   * @param field its name in {@link Example#fields()}: floats of one or two dimensions
   * @return {@code [batch, rows, columns]}, padded with zeros to the largest field of the batch;
   *     all zeros for an example without the field
   */
  Operand<TFloat32> attached(String field);
}
