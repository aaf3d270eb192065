/**
 * Finding plugins and turning recipe text into a checked {@link
 * io.github.palimpsest.api.discovery.Recipe}.
 *
 * <p>Start at {@link io.github.palimpsest.api.discovery.PluginRegistry}. Nothing here touches
 * native code.
 */
@NullMarked
package io.github.palimpsest.api.discovery;

import org.jspecify.annotations.NullMarked;
