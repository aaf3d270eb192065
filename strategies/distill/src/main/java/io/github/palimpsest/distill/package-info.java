/**
 * Distillation: the model's predictions are held near those of its own earlier weights. Next to it,
 * weights of the tokens by the model's present predictions.
 *
 * <p>Start at {@link io.github.palimpsest.distill.Distillation}, of which {@code kl} and {@code
 * lwf} are configurations, and at {@link io.github.palimpsest.distill.TokenWeighting}. This package
 * may use the API and nothing else.
 */
@NullMarked
package io.github.palimpsest.distill;

import org.jspecify.annotations.NullMarked;
