/**
 * The joint analysis of the finished cells of a grid: effects of the axes, differences between
 * recipes, and the frontier of learning, retaining and cost. Pure functions of {@link
 * io.github.palimpsest.results.analysis.Observation observations}; every report renders the same
 * {@link io.github.palimpsest.results.analysis.Analysis}.
 */
@NullMarked
package io.github.palimpsest.results.analysis;

import org.jspecify.annotations.NullMarked;
