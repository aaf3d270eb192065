package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Provider;

/**
 * A provider and where it comes from.
 *
 * @param provider the provider; a third party's is behind a guard, which turns whatever it and its
 *     components throw, and null, into a {@link PluginException}
 * @param origin its plugin and JAR
 */
@Stable(since = "0.1")
public record Registered(Provider<?> provider, PluginOrigin origin) {
  /** The provider as its plugin made it, for those who judge it or look at its class. */
  public Provider<?> unguarded() {
    return (Provider<?>) Guard.bare(provider);
  }

  /** Whether it is this project's own, not a third party's. */
  public boolean isOwn() {
    return Guard.isHosts(Guard.home(unguarded()));
  }
}
