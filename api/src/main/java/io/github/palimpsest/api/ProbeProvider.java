package io.github.palimpsest.api;

/** Provides a {@link Probe}. */
public interface ProbeProvider extends Provider<Probe> {
  @Override
  default Kind kind() {
    return Kind.PROBE;
  }
}
