/**
 * Distillation: the model's predictions are held near those of its own earlier weights.
 *
 * <p>Start at {@link io.github.palimpsest.distill.Distillation}, of which all components of this
 * plugin are configurations. This package may use the API and nothing else.
 */
@NullMarked
package io.github.palimpsest.distill;

import org.jspecify.annotations.NullMarked;
