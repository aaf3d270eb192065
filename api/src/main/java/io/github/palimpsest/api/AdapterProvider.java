package io.github.palimpsest.api;

import java.util.Optional;
import java.util.SortedMap;

/** Provides an {@link Adapter}. */
public interface AdapterProvider extends Provider<Adapter> {
  @Override
  default Kind kind() {
    return Kind.ADAPTER;
  }

  /**
   * The recipe text of this component that means an adapter made by PEFT.
   *
   * @param config as in {@link PeftAdapter#config()}
   * @return empty if it is not one of this provider's kind
   * @throws PalimpsestException if it is, with an option that this component does not have; names
   *     the option and its value
   */
  default Optional<Value.Call> fromPeft(SortedMap<String, Object> config) {
    return Optional.empty();
  }
}
