/**
 * What optimizers are written with: an optimizer around another one, and the ascent of
 * sharpness-aware methods.
 *
 * <p>Start at {@link io.github.palimpsest.api.optimizer.Wrapper}. A wrapper hands its base the
 * context that it was given itself, with another oracle ({@link
 * io.github.palimpsest.api.StepContext#withOracle}), with some of the parameters ({@link
 * io.github.palimpsest.api.StepContext#withParams}) or in another phase ({@link
 * io.github.palimpsest.api.StepContext#withPhase}).
 */
@NullMarked
package io.github.palimpsest.api.optimizer;

import org.jspecify.annotations.NullMarked;
