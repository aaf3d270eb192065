/** Forgetting metrics: they turn the score matrix of a run into one number. */
@NullMarked
package io.github.palimpsest.api.metric;

import org.jspecify.annotations.NullMarked;
