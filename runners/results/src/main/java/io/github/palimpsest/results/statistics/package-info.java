/**
 * Statistics of the cells of an experiment: paired differences, factorial effects, corrections for
 * many tests, power.
 *
 * <p>Start at {@link io.github.palimpsest.results.statistics.Factorial} for a grid and at {@link
 * io.github.palimpsest.results.statistics.PairedDifference} for two recipes. Pure functions of
 * numbers; distributions come from Hipparchus. An interval needs at least two seeds: one seed is an
 * error, never a made-up interval.
 */
@NullMarked
package io.github.palimpsest.results.statistics;

import org.jspecify.annotations.NullMarked;
