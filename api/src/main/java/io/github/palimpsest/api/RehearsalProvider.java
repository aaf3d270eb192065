package io.github.palimpsest.api;

/** Provides a {@link Rehearsal}. */
public interface RehearsalProvider extends Provider<Rehearsal> {
  @Override
  default Kind kind() {
    return Kind.REHEARSAL;
  }
}
