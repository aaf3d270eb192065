/**
 * Adapters: a few small matrices, or some of the model's own parameters, are trained in place of
 * all.
 *
 * <p>Start at {@link io.github.palimpsest.lora.Lora}; {@link io.github.palimpsest.lora.Dora} adds a
 * trained magnitude. {@link io.github.palimpsest.lora.LowRank} selects the adapted kernels and
 * names the trained matrices; {@link io.github.palimpsest.lora.PeftTensors} translates the names to
 * those of PEFT. This package may use the API and nothing else.
 */
@NullMarked
package io.github.palimpsest.lora;

import org.jspecify.annotations.NullMarked;
