/** Tests of the statistics, against statsmodels and scipy. */
@NullMarked
package io.github.palimpsest.ablation.statistics;

import org.jspecify.annotations.NullMarked;
