/**
 * Programs that only read weights, and what they show of a model: the inputs of its kernels, and
 * the values between its layers.
 */
@NullMarked
package io.github.palimpsest.engine.inference;

import org.jspecify.annotations.NullMarked;
