/**
 * Probes of the loss around trained weights: its rise nearby, its curvature, its landscape, and the
 * drift of the weights.
 *
 * <p>Start at {@link io.github.palimpsest.sharpness.SamGap}. The arithmetic on whole weight vectors
 * is in {@link io.github.palimpsest.sharpness.WeightVector}. This package may use the API and
 * nothing else.
 */
@NullMarked
package io.github.palimpsest.sharpness;

import org.jspecify.annotations.NullMarked;
