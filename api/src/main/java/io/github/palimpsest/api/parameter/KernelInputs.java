package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.TaskData;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The inputs of a model's kernels on its corpus ({@link TaskData#corpus()}). */
@Experimental(since = "0.1")
@FunctionalInterface
public interface KernelInputs {
  /**
   * The mean of {@code x' x} over the rows x that a kernel is multiplied with, on the first {@code
   * maxExamples} of the corpus, each separately: {@code [in, in]}, symmetric and without negative
   * eigenvalues.
   *
   * @param kernel the kernel's name
   * @param maxExamples at most this number of examples; at least 1
   * @throws PalimpsestException if there is no corpus, or the model does not multiply with it
   */
  Operand<TFloat32> secondMoment(String kernel, int maxExamples);
}
