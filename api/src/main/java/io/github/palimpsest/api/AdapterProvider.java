package io.github.palimpsest.api;

/** Provides an {@link Adapter}. */
public interface AdapterProvider extends Provider<Adapter> {
  @Override
  default Kind kind() {
    return Kind.ADAPTER;
  }
}
