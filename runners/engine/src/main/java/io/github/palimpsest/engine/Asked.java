package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.parameter.Params;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A point and examples in a request to an oracle; equal for points of equal tensors.
 *
 * @param point the trainable tensors, in the order of their names
 * @param offset of the effective weights
 * @param logitGradientAt where the loss is differentiated with respect to the logits
 * @param sampledLabels the stream of labels that the model draws
 * @param of the examples
 */
record Asked(
    Collection<Operand<TFloat32>> point,
    Map<String, Operand<TFloat32>> offset,
    Optional<Asked> logitGradientAt,
    Optional<String> sampledLabels,
    Examples of) {
  Asked(Params point, Examples of) {
    this(
        List.copyOf(point.tensors().byName().values()),
        point.offset().byName(),
        point.logitGradientAt().map(there -> new Asked(there, of)),
        point.sampledLabels(),
        of);
  }
}
