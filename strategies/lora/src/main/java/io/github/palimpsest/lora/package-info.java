/**
 * Low-rank adapters: a few small matrices are trained in place of the model's kernels.
 *
 * <p>Start at {@link io.github.palimpsest.lora.Lora}; {@link io.github.palimpsest.lora.Dora} adds a
 * trained magnitude. {@link io.github.palimpsest.lora.LowRank} says which kernels are adapted and
 * what the trained matrices are called. This package may use the API and nothing else.
 */
@NullMarked
package io.github.palimpsest.lora;

import org.jspecify.annotations.NullMarked;
