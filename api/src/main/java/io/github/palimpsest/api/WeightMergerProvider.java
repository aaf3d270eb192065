package io.github.palimpsest.api;

/** Provides a {@link WeightMerger}. */
public interface WeightMergerProvider extends Provider<WeightMerger> {
  @Override
  default Kind kind() {
    return Kind.MERGER;
  }
}
