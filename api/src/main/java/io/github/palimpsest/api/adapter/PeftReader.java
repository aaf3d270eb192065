package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.Value;
import java.util.Optional;
import java.util.SortedMap;

/** A capability of an {@link AdapterProvider}: it can import adapters made by PEFT. */
@Experimental(since = "0.1")
@FunctionalInterface
public interface PeftReader {
  /**
   * The recipe text of this component that describes an adapter made by PEFT.
   *
   * @param config as in {@link PeftAdapter#config()}
   * @return empty if this provider does not support that type of adapter
   * @throws PalimpsestException if the type is supported but an option is not; names the option and
   *     its value
   */
  Optional<Value.Call> recipe(SortedMap<String, Object> config);
}
