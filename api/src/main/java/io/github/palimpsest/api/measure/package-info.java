/**
 * Measures score an evaluation set. The host queries the model, and a measure turns its answers
 * into numbers; see {@link io.github.palimpsest.api.measure.Measure}.
 */
@NullMarked
package io.github.palimpsest.api.measure;

import org.jspecify.annotations.NullMarked;
