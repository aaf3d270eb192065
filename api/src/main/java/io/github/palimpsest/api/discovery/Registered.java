package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Provider;

/**
 * A provider and its origin.
 *
 * @param provider the provider; a third party's is behind a guard, which turns null and all
 *     exceptions of the provider and its components into a {@link PluginException}
 * @param origin its plugin and JAR
 */
@Stable(since = "0.1")
public record Registered(Provider<?> provider, PluginOrigin origin) {
  /** The provider without its guard, for the kit and for code that inspects its class. */
  public Provider<?> unguarded() {
    return (Provider<?>) Guard.bare(provider);
  }

  /** Whether it belongs to this project rather than to a third party. */
  public boolean isOwn() {
    return Guard.isHosts(Guard.home(unguarded()));
  }
}
