/**
 * Probes of the loss around trained weights: how much it rises nearby, its curvature, its
 * landscape, and how far the weights have drifted.
 *
 * <p>Start at {@link io.github.palimpsest.sharpness.SamGap}. The arithmetic on whole weight vectors
 * is in {@link io.github.palimpsest.sharpness.WeightVector}. This package may use the API and
 * nothing else.
 */
@NullMarked
package io.github.palimpsest.sharpness;

import org.jspecify.annotations.NullMarked;
