package io.github.palimpsest.api;

/** Provides a {@link Regularizer}. */
public interface RegularizerProvider extends Provider<Regularizer> {
  @Override
  default Kind kind() {
    return Kind.REGULARIZER;
  }
}
