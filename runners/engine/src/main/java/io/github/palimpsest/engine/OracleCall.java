package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.engine.batch.StepValues;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/**
 * One call.
 *
 * @param loss the requested terms
 * @param gradients their gradient with respect to the trainable parameters
 * @param accumulate to be run for each micro-batch before the call's results are read; none without
 *     accumulation
 * @param point to be run before that, once a step: stores the point; none if there is nothing to
 *     store
 * @param sums the variables of the call, with accumulation
 * @param reset numbers to set to zero at the end of the step
 * @param passes what it costs, in passes over the whole batch
 * @param search examples to be found in all micro-batches before the call is run
 * @param values to be collected from all micro-batches after that, before the call is run
 */
record OracleCall(
    Operand<TFloat32> loss,
    Gradients gradients,
    List<Op> accumulate,
    List<Op> point,
    Optional<Accumulators> sums,
    Map<String, Operand<TFloat32>> reset,
    double passes,
    Optional<Search> search,
    List<StepValues.Value> values) {
  /**
   * Examples that the host finds.
   *
   * @param rise of the loss per target token, for each row of the selection {@code of}
   */
  record Search(Examples.Rising of, Operand<TFloat32> rise) {}
}
