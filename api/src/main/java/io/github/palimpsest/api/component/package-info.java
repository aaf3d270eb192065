/**
 * What every component has, whatever its kind: an id, settings, traits, promises and a provider.
 *
 * <p>Start at {@link io.github.palimpsest.api.component.Provider} and {@link
 * io.github.palimpsest.api.component.ProviderBuilder}.
 */
@NullMarked
package io.github.palimpsest.api.component;

import org.jspecify.annotations.NullMarked;
