package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.adapter.PeftReader;
import java.util.Optional;

/**
 * An object that may have capabilities beyond its interface. A capability is a separate interface,
 * such as {@link PeftReader}. An object with the capability implements that interface. A caller
 * queries it here and reports the missing capability if the result is empty. New capabilities
 * therefore need no new method.
 */
@Stable(since = "0.1")
public interface Capable {
  /**
   * A capability of this object: the object itself if it implements the interface. A wrapper
   * forwards the query to the object that it wraps.
   *
   * @param type the capability's interface
   * @param <C> the capability
   * @return empty if the object lacks the capability
   */
  default <C> Optional<C> capability(Class<C> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }
}
