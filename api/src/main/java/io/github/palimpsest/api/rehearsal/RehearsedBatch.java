package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.data.Example;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** What a step's graph knows of the rehearsed examples of its batch. */
@Experimental(since = "0.1")
public interface RehearsedBatch {
  /** {@code [batch]}: 1 for an example that is not of the current task, else 0. */
  Operand<TFloat32> rehearsed();

  /**
   * A field that a rehearsal has added to its examples, and that no model reads.
   *
   * @param field its name in {@link Example#fields()}: floats of one or two dimensions
   * @return {@code [batch, rows, columns]}, as many of each as the largest of the batch; zeros for
   *     the rest, and for an example without that field
   */
  Operand<TFloat32> attached(String field);
}
