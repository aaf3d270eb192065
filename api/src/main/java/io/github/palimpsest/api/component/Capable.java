package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.adapter.PeftReader;
import java.util.Optional;

/**
 * Something that may be able to do more than its interface says. A capability is an interface of
 * its own, such as {@link PeftReader}: who has it implements it, who looks for it asks here and
 * says what is missing where it is empty. New capabilities can so be added without a new method.
 */
@Stable(since = "0.1")
public interface Capable {
  /**
   * A capability of this object; itself if it implements the interface. What wraps another object
   * passes the question on.
   *
   * @param type the capability's interface
   * @param <C> the capability
   * @return empty if it cannot do that
   */
  default <C> Optional<C> capability(Class<C> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }
}
