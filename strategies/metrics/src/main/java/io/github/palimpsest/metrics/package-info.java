/**
 * Metrics of a score matrix R, where {@code R[t, i]} is the score on task i after training on task
 * t: average score, learning accuracy, transfer and forgetting.
 *
 * <p>Start at {@link io.github.palimpsest.metrics.MetricsPlugin}. Transfers are positive if scores
 * became better, and forgetting is positive if they became worse, whether higher or lower scores
 * are better. This package may use only the api module.
 */
@NullMarked
package io.github.palimpsest.metrics;

import org.jspecify.annotations.NullMarked;
