package io.github.palimpsest.api;

/** Provides an {@link Optimizer}. */
public interface OptimizerProvider extends Provider<Optimizer> {
  @Override
  default Kind kind() {
    return Kind.OPTIMIZER;
  }
}
