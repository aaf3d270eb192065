/**
 * The common parts of all kinds of component: id, settings, traits, promises and provider.
 *
 * <p>Start at {@link io.github.palimpsest.api.component.Provider} and {@link
 * io.github.palimpsest.api.component.ProviderBuilder}.
 */
@NullMarked
package io.github.palimpsest.api.component;

import org.jspecify.annotations.NullMarked;
