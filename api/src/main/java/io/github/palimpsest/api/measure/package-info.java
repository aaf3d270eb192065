/**
 * Measures: how an evaluation set is scored. The host asks the model, and a measure turns its
 * answers into numbers; see {@link io.github.palimpsest.api.measure.Measure}.
 */
@NullMarked
package io.github.palimpsest.api.measure;

import org.jspecify.annotations.NullMarked;
