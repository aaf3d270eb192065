/**
 * Decoders. Builds a family's description ({@link io.github.palimpsest.api.model.DecoderSpec}) as a
 * model that the engine trains, generates from the model token by token, and gives log-likelihoods
 * of examples that share beginnings. Uses the API and the engine's {@code Inference}.
 *
 * <p>Start with {@link io.github.palimpsest.decoder.DecoderModel}.
 */
@NullMarked
package io.github.palimpsest.decoder;

import org.jspecify.annotations.NullMarked;
