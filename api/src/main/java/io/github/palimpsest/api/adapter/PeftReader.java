package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.Value;
import java.util.Optional;
import java.util.SortedMap;

/** A capability of an {@link AdapterProvider}: it can take over adapters made by PEFT. */
@Experimental(since = "0.1")
@FunctionalInterface
public interface PeftReader {
  /**
   * The recipe text of this component that means an adapter made by PEFT.
   *
   * @param config as in {@link PeftAdapter#config()}
   * @return empty if it is not one of this provider's kind
   * @throws PalimpsestException if it is, with an option that this component does not have; names
   *     the option and its value
   */
  Optional<Value.Call> recipe(SortedMap<String, Object> config);
}
