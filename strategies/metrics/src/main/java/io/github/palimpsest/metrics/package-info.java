/**
 * Metrics of a score matrix R, where {@code R[t, i]} is the score on task i after training on task
 * t: average score, learning accuracy, transfer and forgetting.
 *
 * <p>Start at {@link io.github.palimpsest.metrics.MetricsPlugin}. Transfers are positive where
 * scores became better and forgetting is positive where they became worse, whichever direction is
 * the better one for the scores. This package may use the api module alone.
 */
@NullMarked
package io.github.palimpsest.metrics;

import org.jspecify.annotations.NullMarked;
