package io.github.palimpsest.api.parameter;

import java.util.Optional;

/** {@link Params} as a value. */
record Trained(
    Tensors tensors,
    Tensors offset,
    Optional<Params> logitGradientAt,
    Optional<String> sampledLabels)
    implements Params {
  @Override
  public Params withLogitGradientAt(Params there) {
    return new Trained(
        tensors, offset, Optional.of(there.logitGradientAt().orElse(there)), sampledLabels);
  }

  @Override
  public Params withSampledLabels(String stream) {
    return new Trained(tensors, offset, logitGradientAt, Optional.of(stream));
  }

  @Override
  public Params with(Tensors trainable) {
    return new Trained(trainable, offset, logitGradientAt, sampledLabels);
  }
}
