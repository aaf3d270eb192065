/**
 * Decoders: what a family describes ({@link io.github.palimpsest.api.model.DecoderSpec}), built as
 * a model that the engine trains, and continued token by token. Uses the API and the engine's
 * {@code Inference}.
 *
 * <p>Start with {@link io.github.palimpsest.decoder.DecoderModel}.
 */
@NullMarked
package io.github.palimpsest.decoder;

import org.jspecify.annotations.NullMarked;
