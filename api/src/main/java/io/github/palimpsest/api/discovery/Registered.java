package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Provider;

/**
 * A provider and where it comes from.
 *
 * @param provider the provider
 * @param origin its plugin and JAR
 */
public record Registered(Provider<?> provider, PluginOrigin origin) {}
