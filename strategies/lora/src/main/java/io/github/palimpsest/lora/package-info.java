/**
 * Adapters: a few small matrices, or some of the model's own parameters, are trained in place of
 * all.
 *
 * <p>Start at {@link io.github.palimpsest.lora.Lora}; {@link io.github.palimpsest.lora.Dora} adds a
 * trained magnitude. {@link io.github.palimpsest.lora.LowRank} says which kernels are adapted and
 * what the trained matrices are called; {@link io.github.palimpsest.lora.PeftTensors} what PEFT
 * calls them. This package may use the API and nothing else.
 */
@NullMarked
package io.github.palimpsest.lora;

import org.jspecify.annotations.NullMarked;
