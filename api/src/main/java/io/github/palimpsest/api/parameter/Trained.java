package io.github.palimpsest.api.parameter;

/** {@link Params} as a value. */
record Trained(Tensors tensors, Tensors offset) implements Params {
  @Override
  public Params with(Tensors trainable) {
    return new Trained(trainable, offset);
  }
}
