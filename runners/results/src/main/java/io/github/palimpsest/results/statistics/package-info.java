/**
 * Statistics of the cells of an experiment: contrasts by seed, factorial effects, corrections for
 * many tests, power.
 *
 * <p>Start at {@link io.github.palimpsest.results.statistics.Factorial} for a grid and at {@link
 * io.github.palimpsest.results.statistics.SeedContrast} for contrasts by seed. Pure functions of
 * numbers; distributions come from Hipparchus. An interval needs at least three seeds; fewer have
 * none, never a made-up one.
 */
@NullMarked
package io.github.palimpsest.results.statistics;

import org.jspecify.annotations.NullMarked;
