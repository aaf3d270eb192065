/**
 * The {@code config.json} of a family: the keys that a {@link
 * io.github.palimpsest.api.model.ModelFamily} reads and writes. Uses Jackson.
 *
 * <p>Start with {@link io.github.palimpsest.decoder.config.FamilyConfig}.
 */
@NullMarked
package io.github.palimpsest.decoder.config;

import org.jspecify.annotations.NullMarked;
