/**
 * Optimizers: they turn gradients into updates, alone or around another optimizer.
 *
 * <p>Start at {@link io.github.palimpsest.api.optimizer.Optimizer}; for an optimizer around another
 * one, start at {@link io.github.palimpsest.api.optimizer.Wrapper}. A wrapper passes its own
 * context to its base, with another oracle ({@link
 * io.github.palimpsest.api.optimizer.StepContext#withOracle}), with some of the parameters ({@link
 * io.github.palimpsest.api.optimizer.StepContext#withParams}) or in another phase ({@link
 * io.github.palimpsest.api.optimizer.StepContext#withPhase}).
 */
@NullMarked
package io.github.palimpsest.api.optimizer;

import org.jspecify.annotations.NullMarked;
